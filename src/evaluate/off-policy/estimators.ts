import { HeedError } from "../../core/errors.js";
import { checkFinite, checkPaired, checkWithin } from "../check-numbers.js";
import { mean } from "../mean.js";
import { type BootstrapOptions, type Interval, percentileInterval } from "../statistics/bootstrap.js";
import { type LoggedDecisions, weightsOf } from "./logged.js";

/** What a model of the reward says of each logged row. */
export interface RewardModel {
  /** Predicted reward of the logged action. */
  predicted: ArrayLike<number>;
  /** Expected predicted reward of the policy judged: the sum over actions of its probability times the prediction. */
  value: ArrayLike<number>;
}

/** A policy's value as the mean of one term a row, or the ratio of two means. */
interface Terms {
  numerator: Float64Array;
  denominator?: Float64Array;
}

export interface EstimatorOptions extends BootstrapOptions {
  /** Weights above it count as it (clipped IPS), or, with a reward model, not at all (Switch-DR). No bound by default. */
  largestWeight?: number;
}

/**
 * Inverse propensity scoring: the mean of weight times reward. `largestWeight` clips weights, which trades variance for
 * bias. With a 95 % bootstrap interval over rows.
 */
export function ips(log: LoggedDecisions, options: EstimatorOptions = {}): Interval {
  const bound = boundOf("ips", options);
  const weights = weightsOf("ips", log);
  return intervalOf(
    { numerator: weights.map((weight, i) => Math.min(weight, bound) * log.rewards[i]!) },
    options,
  );
}

/** Self-normalised IPS (Swaminathan & Joachims 2015): weighted rewards over the sum of weights. */
export function snips(log: LoggedDecisions, options: BootstrapOptions = {}): Interval {
  const weights = weightsOf("snips", log);
  if (weights.every((weight) => weight === 0))
    throw new HeedError(
      "no-support",
      "snips: every weight is 0",
      "the policy judged never does what was logged",
    );
  return intervalOf({ numerator: weights.map((w, i) => w * log.rewards[i]!), denominator: weights }, options);
}

/** Direct method: the mean of what the reward model expects of the policy; as good as the model. */
export function directMethod(
  { value }: Pick<RewardModel, "value">,
  options: BootstrapOptions = {},
): Interval {
  checkPaired("directMethod", { value });
  checkFinite("directMethod", "value", value);
  return intervalOf({ numerator: Float64Array.from(value) }, options);
}

/**
 * Doubly robust (Dudík et al. 2011): the direct method plus weighted residuals of the model. With `largestWeight` it
 * corrects only rows whose weight does not exceed it (Switch-DR, Wang et al. 2017).
 */
export function doublyRobust(
  log: LoggedDecisions,
  model: RewardModel,
  options: EstimatorOptions = {},
): Interval {
  const bound = boundOf("doublyRobust", options);
  const weights = weightsOf("doublyRobust", log);
  checkPaired("doublyRobust", { rewards: log.rewards, predicted: model.predicted, value: model.value });
  checkFinite("doublyRobust", "predicted", model.predicted);
  checkFinite("doublyRobust", "value", model.value);
  const numerator = weights.map((weight, i) => {
    const correction = weight <= bound ? weight * (log.rewards[i]! - model.predicted[i]!) : 0;
    return model.value[i]! + correction;
  });
  return intervalOf({ numerator }, options);
}

/**
 * IPS of slates position by position (Li et al. 2018, the item-position click model): each place is weighted on its own,
 * rewards of places are added up. Row-major arrays of `positions` places a slate.
 */
export function slateIps(log: LoggedDecisions, positions: number, options: EstimatorOptions = {}): Interval {
  const bound = boundOf("slateIps", options);
  const weights = weightsOf("slateIps", log);
  if (!(Number.isInteger(positions) && positions >= 1 && weights.length % positions === 0)) {
    throw new HeedError(
      "metric",
      `slateIps: ${weights.length} rows in slates of ${positions}`,
      "give whole slates",
    );
  }
  const numerator = new Float64Array(weights.length / positions);
  weights.forEach((weight, i) => {
    numerator[Math.floor(i / positions)]! += Math.min(weight, bound) * log.rewards[i]!;
  });
  return intervalOf({ numerator }, { unit: "slates", ...options });
}

function boundOf(metric: string, { largestWeight = Number.POSITIVE_INFINITY }: EstimatorOptions): number {
  checkWithin(metric, "largestWeight", largestWeight, 0, Number.POSITIVE_INFINITY);
  return largestWeight;
}

function intervalOf({ numerator, denominator }: Terms, options: BootstrapOptions): Interval {
  const n = numerator.length;
  const value = mean(numerator) / (denominator ? mean(denominator) : 1);
  return percentileInterval(value, { unit: "rows", ...options }, (source) => {
    for (;;) {
      let [above, below] = [0, 0];
      for (let i = 0; i < n; i++) {
        const row = source.integer(n);
        above += numerator[row]!;
        below += denominator ? denominator[row]! : 1;
      }
      // A resample without any weight has no ratio and is drawn again.
      if (below > 0) return above / below;
    }
  });
}
