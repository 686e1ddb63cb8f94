import { HeedError } from "../../core/errors.js";
import { checkPaired } from "../check-numbers.js";
import { mean } from "../mean.js";
import { midRanks } from "./mid-ranks.js";

export interface OverlapOptions {
  /** With fewer positions known in both, the similarity is 0; the default is 2. */
  minimumOverlap?: number;
  /** Shrinks by n / (n + shrinkage) for n positions known in both; the default is 0. */
  shrinkage?: number;
}

/**
 * Pearson correlation over the positions known in both (NaN marks an unknown one), each vector centred on its mean over
 * those. 0 where either does not vary.
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>, options?: OverlapOptions): number {
  const { x, y } = known("pearson", a, b);
  return shrunk(correlation(centred(x), centred(y)), x.length, options);
}

/** Pearson correlation of the ranks over the positions known in both, ties at their mean rank. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>, options?: OverlapOptions): number {
  const { x, y } = known("spearman", a, b);
  return shrunk(correlation(centred(midRanks(x)), centred(midRanks(y))), x.length, options);
}

/**
 * Adjusted cosine of two items' ratings (Sarwar et al. 2001): each rating less the mean of all ratings of its user, over
 * the users who rated both (NaN marks an unknown rating). Positions are users.
 */
export function adjustedCosine(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  userMeans: ArrayLike<number>,
  options?: OverlapOptions,
): number {
  checkPaired("adjustedCosine", { a, b, userMeans });
  const less = (values: ArrayLike<number>) => Float64Array.from(values, (value, i) => value - userMeans[i]!);
  const { x, y } = known("adjustedCosine", less(a), less(b));
  return shrunk(correlation(x, y), x.length, options);
}

/**
 * Kendall's tau-b: concordant less discordant pairs, over the pairs not tied in either. 0 where one array does not vary.
 */
export function kendallTau(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { x, y } = known("kendallTau", a, b);
  let balance = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const [left, right] = [Math.sign(x[i]! - x[j]!), Math.sign(y[i]! - y[j]!)];
      balance += left * right;
      untiedX += Math.abs(left);
      untiedY += Math.abs(right);
    }
  }
  return untiedX === 0 || untiedY === 0 ? 0 : balance / Math.sqrt(untiedX * untiedY);
}

/** The positions where both have a number; an infinite one is an error. */
function known(
  metric: string,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): { x: Float64Array; y: Float64Array } {
  checkPaired(metric, { a, b });
  const kept: number[] = [];
  for (let i = 0; i < a.length; i++) {
    const pair = [a[i]!, b[i]!];
    if (pair.includes(Number.POSITIVE_INFINITY) || pair.includes(Number.NEGATIVE_INFINITY)) {
      throw new HeedError(
        "metric",
        `${metric}: position ${i} is infinite`,
        "give numbers, or NaN for unknown ones",
      );
    }
    if (!pair.some(Number.isNaN)) kept.push(i);
  }
  return { x: Float64Array.from(kept, (i) => a[i]!), y: Float64Array.from(kept, (i) => b[i]!) };
}

function centred(values: Float64Array): Float64Array {
  const middle = mean(values);
  return values.map((value) => value - middle);
}

function correlation(x: Float64Array, y: Float64Array): number {
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += x[i]! * y[i]!;
    xx += x[i]! ** 2;
    yy += y[i]! ** 2;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

function shrunk(similarity: number, overlap: number, options: OverlapOptions = {}): number {
  const { minimumOverlap = 2, shrinkage = 0 } = options;
  return overlap < minimumOverlap ? 0 : (similarity * overlap) / (overlap + shrinkage);
}
