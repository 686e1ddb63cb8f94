import { HeedError } from "../../core/errors.js";
import { checkFinite } from "../check-numbers.js";
import { mean } from "../mean.js";
import { studentQuantile } from "./student.js";

/** A figure over several seeds. */
export interface SeedSummary {
  mean: number;
  /** Sample standard deviation; NaN for a single seed. */
  deviation: number;
  min: number;
  max: number;
  /** 95 % interval of the mean by Student's t; NaN for a single seed. */
  low: number;
  high: number;
  seeds: number;
  method: string;
}

/** Mean and spread of one figure over seeds: how much is chance of the training, beside the chance of the users. */
export function overSeeds(figures: ArrayLike<number>): SeedSummary {
  const n = figures.length;
  if (n === 0) throw new HeedError("metric", "overSeeds: no figures", "give one figure a seed");
  checkFinite("overSeeds", "figures", figures);
  const middle = mean(figures);
  const values = Array.from(figures);
  const squares = values.reduce((total, value) => total + (value - middle) ** 2, 0);
  const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN;
  const half = n > 1 ? (studentQuantile(0.95, n - 1) * deviation) / Math.sqrt(n) : Number.NaN;
  return {
    mean: middle,
    deviation,
    min: Math.min(...values),
    max: Math.max(...values),
    low: middle - half,
    high: middle + half,
    seeds: n,
    method: `t interval over ${n} seeds`,
  };
}
