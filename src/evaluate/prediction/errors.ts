import { HeedError } from "../../core/errors.js";
import { checkFinite, checkPaired } from "../check-numbers.js";
import { mean } from "../mean.js";

/** The errors truth - predicted. Empty arrays, unequal lengths and numbers that are not finite are refused. */
function errorsOf(metric: string, truth: ArrayLike<number>, predicted: ArrayLike<number>): Float64Array {
  checkPaired(metric, { truth, predicted });
  checkFinite(metric, "truth", truth);
  checkFinite(metric, "predicted", predicted);
  return Float64Array.from(truth, (value, i) => value - predicted[i]!);
}

/** Mean squared error. */
export function mse(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return mean(errorsOf("mse", truth, predicted).map((error) => error ** 2));
}

/** Root of the mean squared error over all pairs. */
export function rmse(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return Math.sqrt(mean(errorsOf("rmse", truth, predicted).map((error) => error ** 2)));
}

/** Mean absolute error. */
export function mae(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return mean(errorsOf("mae", truth, predicted).map(Math.abs));
}

/**
 * Mean absolute percentage error: 100 mean |error| / |truth|. Pairs with a truth of 0 have none: they are left out and
 * counted in `skipped`. NaN where every truth is 0.
 */
export function mape(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): { value: number; skipped: number } {
  const shares = errorsOf("mape", truth, predicted)
    .map((error, i) => Math.abs(error) / Math.abs(truth[i]!))
    .filter((_, i) => truth[i] !== 0);
  return { value: 100 * mean(shares), skipped: truth.length - shares.length };
}

function variation(values: ArrayLike<number>): number {
  const middle = mean(values);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += (values[i]! - middle) ** 2;
  return total;
}

function varying(metric: string, truth: ArrayLike<number>): number {
  const total = variation(truth);
  if (total > 0) return total;
  throw new HeedError("metric", `${metric}: every truth is ${truth[0]}`, "give truths that differ");
}

/** 1 - sum of squared errors / sum of squared deviations of the truth; below 0 is worse than the mean. */
export function r2(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const errors = errorsOf("r2", truth, predicted);
  return 1 - errors.reduce((total, error) => total + error ** 2, 0) / varying("r2", truth);
}

/** 1 - variance of the errors / variance of the truth: R² that forgives a constant error. */
export function explainedVariance(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  const errors = errorsOf("explainedVariance", truth, predicted);
  return 1 - variation(errors) / varying("explainedVariance", truth);
}

/** The mean over users of each one's root mean squared error: a user counts once, however many ratings are theirs. */
export function rmseByUser(
  users: ArrayLike<number>,
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): number {
  checkPaired("rmseByUser", { users, truth, predicted });
  const errors = errorsOf("rmseByUser", truth, predicted);
  const sums = new Map<number, { squares: number; n: number }>();
  errors.forEach((error, i) => {
    const sum = sums.get(users[i]!) ?? { squares: 0, n: 0 };
    sum.squares += error ** 2;
    sum.n++;
    sums.set(users[i]!, sum);
  });
  return mean(Array.from(sums.values(), ({ squares, n }) => Math.sqrt(squares / n)));
}
