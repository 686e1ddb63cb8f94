import { HeedError } from "../../core/errors.js";
import { type Random, random } from "../../core/random.js";
import { auc } from "../classification/auc.js";
import { mean } from "../mean.js";

export interface Interval {
  mean: number;
  low: number;
  high: number;
  method: string;
}

export interface BootstrapOptions {
  seed?: number;
  resamples?: number;
  /** What one value stands for, named in `method`; the default is "users". */
  unit?: string;
}

/**
 * A 95 % percentile bootstrap interval of the mean of per-user values (Efron & Tibshirani 1993): users are drawn with
 * replacement. NaN, which metrics give users without relevant items, is an error: leave those users out.
 */
export function bootstrap(values: ArrayLike<number>, options: BootstrapOptions = {}): Interval {
  const n = values.length;
  if (n === 0) throw new HeedError("metric", "bootstrap: no values", "give at least one value");
  for (let i = 0; i < n; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new HeedError(
      "metric",
      `bootstrap: value ${i} is ${values[i]}`,
      "leave out users who have no relevant items",
    );
  }
  return percentileInterval(mean(values), options, (source) => {
    let total = 0;
    for (let i = 0; i < n; i++) total += values[source.integer(n)]!;
    return total / n;
  });
}

/**
 * A 95 % percentile bootstrap interval of the area under the ROC curve, rows resampled. A resample of one class only has
 * no AUC and is drawn again.
 */
export function bootstrapAuc(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: BootstrapOptions = {},
): Interval {
  const n = labels.length;
  const whole = auc(labels, scores);
  // Rows in order of score: a resample is then a count for each place, and its AUC one walk over them.
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const counts = new Int32Array(n);
  const resample = (source: Random): number => {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[source.integer(n)]!++;
    let pairs = 0;
    let positives = 0;
    let negatives = 0;
    for (let i = 0; i < n; ) {
      const score = scores[order[i]!];
      let tied = 0;
      let below = 0;
      for (; i < n && scores[order[i]!] === score; i++) {
        if (labels[order[i]!]! > 0) tied += counts[i]!;
        else below += counts[i]!;
      }
      pairs += tied * (negatives + below / 2);
      positives += tied;
      negatives += below;
    }
    return positives === 0 || negatives === 0 ? resample(source) : pairs / (positives * negatives);
  };
  return percentileInterval(whole, { unit: "rows", ...options }, resample);
}

/**
 * A 95 % percentile interval around `value`, from what a statistic is on resamples; `resample` draws one and computes it.
 */
export function percentileInterval(
  value: number,
  { seed = 1, resamples = 1000, unit = "users" }: BootstrapOptions,
  resample: (source: Random) => number,
): Interval {
  if (!(Number.isInteger(resamples) && resamples >= 1))
    throw new HeedError("metric", `bootstrap: resamples is ${resamples}`, "give a whole number from 1");
  const source = random(seed, "bootstrap");
  const drawn = Float64Array.from({ length: resamples }, () => resample(source)).sort();
  // As many resamples lie below the interval as above it.
  const outside = Math.floor(0.025 * resamples);
  return {
    mean: value,
    low: drawn[outside]!,
    high: drawn[resamples - 1 - outside]!,
    method: `bootstrap over ${unit}, ${resamples} resamples`,
  };
}

/** The interval of the mean difference a - b of paired values: excluding 0 means a significant difference. */
export function pairedBootstrap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: BootstrapOptions = {},
): Interval {
  if (a.length !== b.length)
    throw new HeedError("metric", `pairedBootstrap: ${a.length} and ${b.length} values`, "pair them by user");
  return bootstrap(
    Float64Array.from({ length: a.length }, (_, i) => a[i]! - b[i]!),
    options,
  );
}
