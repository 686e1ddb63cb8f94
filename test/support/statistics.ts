/**
 * Pearson's chi-square statistic of counts against expected counts. Cells with an expectation below 5 are put together,
 * because the approximation needs that.
 */
export function chiSquare(cells: readonly { observed: number; expected: number }[]): {
  statistic: number;
  freedom: number;
} {
  const small = cells.filter(({ expected }) => expected < 5);
  const pooled = small.reduce(
    (sum, cell) => ({ observed: sum.observed + cell.observed, expected: sum.expected + cell.expected }),
    { observed: 0, expected: 0 },
  );
  const kept = cells.filter(({ expected }) => expected >= 5);
  if (pooled.expected >= 5) kept.push(pooled);
  const statistic = kept.reduce(
    (sum, { observed, expected }) => sum + (observed - expected) ** 2 / expected,
    0,
  );
  return { statistic, freedom: Math.max(0, kept.length - 1) };
}

/**
 * What a chi-square statistic exceeds once in 30,000 times (Wilson and Hilferty 1931, z = 4). Seeds are fixed, so a test
 * that passes keeps passing.
 */
export function chiSquareLimit(freedom: number): number {
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + 4 * Math.sqrt(spread)) ** 3;
}

/** Mean and its standard error. */
export function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}
