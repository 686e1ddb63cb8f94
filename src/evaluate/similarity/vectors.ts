import { checkFinite, checkPaired } from "../check-numbers.js";

function check(metric: string, a: ArrayLike<number>, b: ArrayLike<number>): void {
  checkPaired(metric, { a, b });
  checkFinite(metric, "a", a);
  checkFinite(metric, "b", b);
}

function total(a: ArrayLike<number>, b: ArrayLike<number>, each: (x: number, y: number) => number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += each(a[i]!, b[i]!);
  return sum;
}

/** Cosine of the angle between two vectors; 0 where either is all zeros. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  check("cosine", a, b);
  const norms = Math.sqrt(total(a, a, (x, y) => x * y)) * Math.sqrt(total(b, b, (x, y) => x * y));
  return norms === 0 ? 0 : total(a, b, (x, y) => x * y) / norms;
}

/** Euclidean distance: smaller is more alike. */
export function euclidean(a: ArrayLike<number>, b: ArrayLike<number>): number {
  check("euclidean", a, b);
  return Math.sqrt(total(a, b, (x, y) => (x - y) ** 2));
}

/** 1 / (1 + Euclidean distance). */
export function euclideanSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return 1 / (1 + euclidean(a, b));
}

/** Sum of absolute differences: smaller is more alike. */
export function manhattan(a: ArrayLike<number>, b: ArrayLike<number>): number {
  check("manhattan", a, b);
  return total(a, b, (x, y) => Math.abs(x - y));
}

/** Largest absolute difference: smaller is more alike. */
export function chebyshev(a: ArrayLike<number>, b: ArrayLike<number>): number {
  check("chebyshev", a, b);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** Positions that differ: smaller is more alike. */
export function hamming(a: ArrayLike<number>, b: ArrayLike<number>): number {
  check("hamming", a, b);
  return total(a, b, (x, y) => (x === y ? 0 : 1));
}

/** Positions where both are not 0 over positions where either is; 0 where both are all zeros. */
export function jaccard(a: ArrayLike<number>, b: ArrayLike<number>): number {
  check("jaccard", a, b);
  const either = total(a, b, (x, y) => (x !== 0 || y !== 0 ? 1 : 0));
  return either === 0 ? 0 : total(a, b, (x, y) => (x !== 0 && y !== 0 ? 1 : 0)) / either;
}
