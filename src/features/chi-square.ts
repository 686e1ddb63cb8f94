import { type CodedColumn, checkPair, valueCounts } from "./codes.js";

/** Pearson's chi-square test of independence. */
export interface ChiSquare {
  statistic: number;
  degrees: number;
  /** Natural logarithm of the p-value: the p-value of a telling feature is smaller than a number can be. */
  logP: number;
}

/** Tests whether two columns are independent. */
export function chiSquare(a: CodedColumn, b: CodedColumn): ChiSquare {
  checkPair(a, b);
  const rows = a.codes.length;
  const [countsA, countsB] = [valueCounts(a), valueCounts(b)];
  const pairs = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    const pair = a.codes[i]! * b.size + b.codes[i]!;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  // The sum of (seen - expected)^2 / expected over all cells is n (sum of seen^2 / (row * column) - 1): only seen cells count.
  let share = 0;
  for (const [pair, seen] of pairs)
    share += seen ** 2 / (countsA[Math.floor(pair / b.size)]! * countsB[pair % b.size]!);
  const statistic = Math.max(0, rows * (share - 1));
  const degrees = (values(countsA) - 1) * (values(countsB) - 1);
  return { statistic, degrees, logP: chiSquareLogP(statistic, degrees) };
}

/** ln of the probability that independent columns give a statistic this large. */
export function chiSquareLogP(statistic: number, degrees: number): number {
  return degrees === 0 ? 0 : logUpperGamma(degrees / 2, statistic / 2);
}

function values(counts: Int32Array): number {
  return counts.reduce((total, count) => total + (count > 0 ? 1 : 0), 0);
}

/** ln Q(a, x), the regularised upper incomplete gamma function: by its series below a + 1, else by its continued fraction. */
function logUpperGamma(a: number, x: number): number {
  if (x === 0) return 0;
  const front = a * Math.log(x) - x - logGamma(a);
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.log1p(-Math.min(1, Math.exp(front + Math.log(sum))));
  }
  // Modified Lentz evaluation of the continued fraction (Thompson and Barnett 1986).
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 100_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return Math.min(0, front + Math.log(fraction));
}

/** ln of the gamma function by Stirling's series, after stepping up to where it is exact to double precision. */
function logGamma(a: number): number {
  let x = a;
  let below = 0;
  for (; x < 15; x++) below += Math.log(x);
  const square = x * x;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - below;
}
