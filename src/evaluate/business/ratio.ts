import { HeedError } from "../../core/errors.js";
import { checkFinite, checkPaired } from "../check-numbers.js";
import { mean } from "../mean.js";
import type { Interval } from "../statistics/bootstrap.js";

/**
 * A ratio whose parts come user by user: clicks and impressions, revenue and sessions. Impressions of one user are not
 * independent, so users are the unit of every interval.
 */
export interface UserRatio {
  numerator: ArrayLike<number>;
  denominator: ArrayLike<number>;
}

/** Two-sided 95 % of the normal distribution. */
const z = 1.959963984540054;

interface Estimate {
  value: number;
  variance: number;
}

/** The ratio of sums and its variance by the delta method (Deng et al. 2018). */
function estimate(metric: string, { numerator, denominator }: UserRatio): Estimate {
  checkPaired(metric, { numerator, denominator });
  checkFinite(metric, "numerator", numerator);
  checkFinite(metric, "denominator", denominator);
  const [x, y] = [mean(numerator), mean(denominator)];
  const n = numerator.length;
  if (!(y > 0))
    throw new HeedError(
      "metric",
      `${metric}: the denominators sum to ${y * n}`,
      "give users with impressions",
    );
  const value = x / y;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (numerator[i]! - value * denominator[i]!) ** 2;
  return { value, variance: n > 1 ? squares / (n - 1) / n / y ** 2 : Number.NaN };
}

/** Sum of numerators over sum of denominators, with a 95 % interval by the delta method; NaN bounds for a single user. */
export function userRatio(ratio: UserRatio): Interval {
  const { value, variance } = estimate("userRatio", ratio);
  const half = z * Math.sqrt(variance);
  return { mean: value, low: value - half, high: value + half, method: "delta method over users" };
}

/**
 * The relative lift treated / control - 1 of two independent groups of users, with a 95 % interval by the delta method. A
 * control ratio of 0 is an error.
 */
export function lift(treated: UserRatio, control: UserRatio): Interval {
  const [t, c] = [estimate("lift of treated", treated), estimate("lift over control", control)];
  if (c.value === 0)
    throw new HeedError(
      "metric",
      "lift: the ratio of the control is 0",
      "compare differences, or wait for data",
    );
  const variance = t.variance / c.value ** 2 + (t.value ** 2 * c.variance) / c.value ** 4;
  const value = t.value / c.value - 1;
  const half = z * Math.sqrt(variance);
  return { mean: value, low: value - half, high: value + half, method: "delta method over users" };
}
