import { HeedError } from "../core/errors.js";

/** The 97.5 % quantiles of Student's t for 1 to 9 degrees of freedom. */
const quantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/**
 * The mean of one figure a seed with its 95 % t interval: what another draw of the seeds would move, not another draw of
 * the test rows. Errors: "metric" for fewer than 2 or more than 10 seeds.
 */
export function meanOverSeeds(values: readonly number[]): {
  value: number;
  low: number;
  high: number;
  method: string;
} {
  const n = values.length;
  const quantile = quantiles[n - 2];
  if (quantile === undefined)
    throw new HeedError("metric", `an interval over ${n} seeds`, "give from 2 to 10 seeds");
  const value = values.reduce((a, b) => a + b) / n;
  const variance = values.reduce((total, each) => total + (each - value) ** 2, 0) / (n - 1);
  const half = quantile * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half, method: `t interval over ${n} seeds` };
}
