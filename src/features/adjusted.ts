import { type CodedColumn, checkPair, valueCounts } from "./codes.js";
import { entropy, mutualInformation } from "./information.js";

/**
 * Adjusted mutual information: what two columns share beyond what chance gives columns of their counts, as a part of the
 * most there could be (the mean of their entropies). About 0 for noise, 1 for columns that divide the rows alike.
 * Vinh, Epps and Bailey 2010; scikit-learn's `adjusted_mutual_info_score` with the arithmetic mean.
 */
export function adjustedMutualInformation(a: CodedColumn, b: CodedColumn): number {
  checkPair(a, b);
  const [ofA, ofB] = [present(a), present(b)];
  if (ofA.length === 1 && ofB.length === 1) return 1;
  const expected = expectedInformation(ofA, ofB, a.codes.length);
  const most = (entropy(a) + entropy(b)) / 2 - expected;
  // Two columns without repeats leave nothing between chance and the most there could be.
  const room = most < 0 ? Math.min(most, -Number.EPSILON) : Math.max(most, Number.EPSILON);
  return (mutualInformation(a, b) - expected) / room;
}

/** The mutual information, in nats, that chance gives two columns with these counts (the hypergeometric model). */
export function expectedInformation(
  countsA: ArrayLike<number>,
  countsB: ArrayLike<number>,
  rows: number,
): number {
  const factorials = logFactorials(rows);
  let total = 0;
  // Values of equal counts are expected to share equally much, and most counts occur many times.
  for (const [a, timesA] of tally(countsA))
    for (const [b, timesB] of tally(countsB))
      total += timesA * timesB * expectedOfPair(a, b, rows, factorials);
  return total;
}

function expectedOfPair(a: number, b: number, rows: number, factorials: Float64Array): number {
  const fixed =
    factorials[a]! + factorials[b]! + factorials[rows - a]! + factorials[rows - b]! - factorials[rows]!;
  let total = 0;
  for (let shared = Math.max(1, a + b - rows); shared <= Math.min(a, b); shared++) {
    const probability = Math.exp(
      fixed -
        factorials[shared]! -
        factorials[a - shared]! -
        factorials[b - shared]! -
        factorials[rows - a - b + shared]!,
    );
    total += (shared / rows) * Math.log((rows * shared) / (a * b)) * probability;
  }
  return total;
}

function present(column: CodedColumn): Int32Array {
  return valueCounts(column).filter((count) => count > 0);
}

function tally(counts: ArrayLike<number>): Map<number, number> {
  const times = new Map<number, number>();
  for (const count of Array.from(counts)) times.set(count, (times.get(count) ?? 0) + 1);
  return times;
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let i = 2; i <= most; i++) logs[i] = logs[i - 1]! + Math.log(i);
  return logs;
}
