import { HeedError } from "../../core/errors.js";
import { checkCount } from "../check-numbers.js";
import { mean } from "../mean.js";
import { checkProbabilities } from "./probabilities.js";

/** Mean squared difference between probability and label. */
export function brier(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  checkProbabilities("brier", labels, probabilities);
  return mean(Float64Array.from(labels, (label, i) => (probabilities[i]! - label) ** 2));
}

/** Sum of probabilities over sum of labels: above 1 promises too much. Without a positive it is an error. */
export function calibrationRatio(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  checkProbabilities("calibrationRatio", labels, probabilities);
  const positives = mean(labels);
  if (positives === 0)
    throw new HeedError("metric", "calibrationRatio: all labels are 0", "it needs at least one positive");
  return mean(probabilities) / positives;
}

export interface BinOptions {
  /** The default is 10. */
  bins?: number;
  /** Bins of equal width in [0, 1] (the default), or of equal numbers of examples in order of probability. */
  by?: "width" | "mass";
}

/** One bar of a reliability diagram. */
export interface ReliabilityBin {
  /** Smallest and largest probability that falls into the bin; `high` itself does not, but in the last bin. */
  low: number;
  high: number;
  n: number;
  /** Mean probability, NaN in an empty bin. */
  predicted: number;
  /** Share of positives, NaN in an empty bin. */
  observed: number;
}

/**
 * How often what was given probability p came true, by bins of p. Bins by width hold [low, high), the last one its end
 * too. Bins by mass cut the order of probability (equal ones in order of row) into parts of equal size.
 */
export function reliability(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { bins = 10, by = "width" }: BinOptions = {},
): ReliabilityBin[] {
  checkProbabilities("reliability", labels, probabilities);
  checkCount("reliability", "bins", bins);
  const n = labels.length;
  const binOf = by === "width" ? widthBins(probabilities, bins) : massBins(probabilities, bins);
  const sums = Array.from({ length: bins }, () => ({ n: 0, predicted: 0, observed: 0, low: 1, high: 0 }));
  for (let i = 0; i < n; i++) {
    const sum = sums[binOf[i]!]!;
    sum.n++;
    sum.predicted += probabilities[i]!;
    sum.observed += labels[i]!;
    sum.low = Math.min(sum.low, probabilities[i]!);
    sum.high = Math.max(sum.high, probabilities[i]!);
  }
  return sums.map((sum, bin) => ({
    low: by === "width" ? bin / bins : sum.low,
    high: by === "width" ? (bin + 1) / bins : sum.high,
    n: sum.n,
    predicted: sum.predicted / sum.n,
    observed: sum.observed / sum.n,
  }));
}

/** Expected calibration error: the mean over examples of |predicted - observed| of their bin; see `reliability`. */
export function calibrationError(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options?: BinOptions,
): number {
  const filled = reliability(labels, probabilities, options).filter(({ n }) => n > 0);
  return (
    filled.reduce((sum, { n, predicted, observed }) => sum + n * Math.abs(predicted - observed), 0) /
    labels.length
  );
}

function widthBins(probabilities: ArrayLike<number>, bins: number): Int32Array {
  return Int32Array.from(probabilities, (p) => Math.min(bins - 1, Math.floor(p * bins)));
}

function massBins(probabilities: ArrayLike<number>, bins: number): Int32Array {
  const n = probabilities.length;
  const order = Int32Array.from(probabilities, (_, i) => i).sort(
    (a, b) => probabilities[a]! - probabilities[b]! || a - b,
  );
  const binOf = new Int32Array(n);
  order.forEach((row, place) => {
    binOf[row] = Math.floor((place * bins) / n);
  });
  return binOf;
}
