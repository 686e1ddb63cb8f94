import { random, shuffle } from "../core/random.js";
import { type CodedColumn, checkPair, valueCounts } from "./codes.js";

export interface SurrogateOptions {
  /** Only so many of the most frequent values get a weight of their own; all unless told. */
  dimensions?: number;
  seed?: number;
}

const epochs = 5;
const firstRate = 0.5;

/**
 * What a small model learns from one column: 1 - the log loss of logistic regression on its one-hot values, trained by
 * stochastic gradient descent on one half and tested on the other, the median (of two: the mean) over both ways.
 * `dimensions` is the truncated singular value decomposition of those columns: they are orthogonal, and their singular
 * values are the roots of their counts, so the first dimensions are the most frequent values.
 */
export function surrogateScore(
  feature: CodedColumn,
  target: CodedColumn,
  { dimensions, seed = 0 }: SurrogateOptions = {},
): number {
  checkPair(feature, target);
  const inputs = dimensions === undefined ? feature : mostFrequent(feature, dimensions);
  const rows = Int32Array.from(feature.codes.keys());
  shuffle(rows, random(seed, "folds"));
  const half = rows.length >> 1;
  const folds = [rows.subarray(0, half), rows.subarray(half)] as const;
  const losses = [tested(inputs, target, folds[0], folds[1]), tested(inputs, target, folds[1], folds[0])];
  return 1 - (losses[0]! + losses[1]!) / 2;
}

/** The column with every value that is not among the most frequent as one, the last. */
function mostFrequent(column: CodedColumn, dimensions: number): CodedColumn {
  const counts = valueCounts(column);
  const order = Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const place = new Int32Array(column.size).fill(dimensions);
  for (let i = 0; i < Math.min(dimensions, order.length); i++) place[order[i]!] = i;
  return { codes: column.codes.map((code) => place[code]!), size: dimensions + 1 };
}

/** Mean log loss on the test rows of softmax regression fitted on the training rows. */
function tested(inputs: CodedColumn, target: CodedColumn, train: Int32Array, test: Int32Array): number {
  const classes = target.size;
  const weights = new Float64Array((inputs.size + 1) * classes);
  const bias = inputs.size * classes;
  const probabilities = new Float64Array(classes);

  function predict(row: number): void {
    const at = inputs.codes[row]! * classes;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      probabilities[c] = weights[at + c]! + weights[bias + c]!;
      most = Math.max(most, probabilities[c]!);
    }
    let total = 0;
    for (let c = 0; c < classes; c++) {
      probabilities[c] = Math.exp(probabilities[c]! - most);
      total += probabilities[c]!;
    }
    for (let c = 0; c < classes; c++) probabilities[c]! /= total;
  }

  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = firstRate / (1 + epoch) ** 2;
    for (const row of train) {
      predict(row);
      const at = inputs.codes[row]! * classes;
      for (let c = 0; c < classes; c++) {
        const step = rate * (probabilities[c]! - (target.codes[row] === c ? 1 : 0));
        weights[at + c]! -= step;
        weights[bias + c]! -= step;
      }
    }
  }
  let loss = 0;
  for (const row of test) {
    predict(row);
    loss -= Math.log(Math.max(probabilities[target.codes[row]!]!, 1e-15));
  }
  return loss / test.length;
}
