import { HeedError } from "../core/errors.js";
import { random } from "../core/random.js";
import { mean } from "./ranking.js";

export interface Interval {
  mean: number;
  low: number;
  high: number;
  method: string;
}

/**
 * A 95 % percentile bootstrap interval of the mean of per-user values (Efron & Tibshirani 1993): users are drawn with
 * replacement. NaN, which metrics give users without relevant items, is an error: leave those users out.
 */
export function bootstrap(
  values: ArrayLike<number>,
  options: { seed?: number; resamples?: number } = {},
): Interval {
  const { seed = 1, resamples = 1000 } = options;
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
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new HeedError("metric", `bootstrap: resamples is ${resamples}`, "give a whole number from 1");
  }
  const source = random(seed, "bootstrap");
  const means = Float64Array.from({ length: resamples }, () => {
    let total = 0;
    for (let i = 0; i < n; i++) total += values[source.integer(n)]!;
    return total / n;
  }).sort();
  // As many resamples lie below the interval as above it.
  const outside = Math.floor(0.025 * resamples);
  return {
    mean: mean(values),
    low: means[outside]!,
    high: means[resamples - 1 - outside]!,
    method: `bootstrap over users, ${resamples} resamples`,
  };
}

/** The interval of the mean difference a - b of paired values: excluding 0 means a significant difference. */
export function pairedBootstrap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: { seed?: number; resamples?: number } = {},
): Interval {
  if (a.length !== b.length)
    throw new HeedError("metric", `pairedBootstrap: ${a.length} and ${b.length} values`, "pair them by user");
  return bootstrap(
    Float64Array.from({ length: a.length }, (_, i) => a[i]! - b[i]!),
    options,
  );
}
