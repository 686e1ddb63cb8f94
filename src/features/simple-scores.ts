import { type CodedColumn, checkPair } from "./codes.js";

/** How far two columns of codes lie on a line: Pearson's correlation without its sign, which codes do not mean. */
export function codeCorrelation(a: CodedColumn, b: CodedColumn): number {
  checkPair(a, b);
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.codes.length; i++) {
    const [x, y] = [a.codes[i]! - meanA, b.codes[i]! - meanB];
    both += x * y;
    ofA += x * x;
    ofB += y * y;
  }
  return ofA === 0 || ofB === 0 ? 0 : Math.abs(both) / Math.sqrt(ofA * ofB);
}

function mean({ codes }: CodedColumn): number {
  let total = 0;
  for (let i = 0; i < codes.length; i++) total += codes[i]!;
  return total / codes.length;
}

const cells = 1_000_000;

/** The share of rows that have the most frequent pair of values, pairs counted in a million cells as OutRank does. */
export function pairCoverage(a: CodedColumn, b: CodedColumn): number {
  checkPair(a, b);
  const counts = new Map<number, number>();
  let most = 0;
  for (let i = 0; i < a.codes.length; i++) {
    const hash = (a.codes[i]! * 1_471_343 - b.codes[i]!) % cells;
    const cell = hash < 0 ? hash + cells : hash;
    const count = (counts.get(cell) ?? 0) + 1;
    counts.set(cell, count);
    if (count > most) most = count;
  }
  return most / a.codes.length;
}
