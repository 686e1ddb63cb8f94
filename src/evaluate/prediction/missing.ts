import { HeedError } from "../../core/errors.js";
import { checkFinite, checkPaired } from "../check-numbers.js";
import { mae, rmse } from "./errors.js";

/** Errors where some pairs have no prediction. */
export interface IncompleteErrors {
  /** The share of pairs that were predicted. */
  coverage: number;
  /** Over the predicted pairs alone: flattered by what was not tried. */
  predicted: { rmse: number; mae: number } | null;
  /** Over all pairs, the fallback standing in for missing predictions. */
  all: { rmse: number; mae: number };
}

/** Errors of predictions of which some are missing (NaN), reported both ways; `fallback` is the training mean, say. */
export function incompleteErrors(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  fallback: number,
): IncompleteErrors {
  checkPaired("incompleteErrors", { truth, predicted });
  checkFinite("incompleteErrors", "truth", truth);
  if (!Number.isFinite(fallback))
    throw new HeedError("metric", `incompleteErrors: fallback is ${fallback}`, "give the mean rating, say");
  const made = Array.from(truth, (_, i) => i).filter((i) => !Number.isNaN(predicted[i]));
  const both = (y: ArrayLike<number>, p: ArrayLike<number>) => ({ rmse: rmse(y, p), mae: mae(y, p) });
  return {
    coverage: made.length / truth.length,
    predicted:
      made.length === 0
        ? null
        : both(
            made.map((i) => truth[i]!),
            made.map((i) => predicted[i]!),
          ),
    all: both(
      truth,
      Array.from(predicted, (value) => (Number.isNaN(value) ? fallback : value)),
    ),
  };
}
