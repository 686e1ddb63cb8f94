/** The mean; of nothing it is NaN. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total / values.length;
}

/** The mean of the values that are numbers, and how many they are: NaN marks users a metric is not defined for. */
export function meanOfDefined(values: ArrayLike<number>): { mean: number; n: number } {
  let total = 0;
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    total += values[i]!;
    n++;
  }
  return { mean: total / n, n };
}
