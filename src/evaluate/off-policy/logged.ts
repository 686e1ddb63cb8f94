import { HeedError } from "../../core/errors.js";
import { checkFinite, checkPaired } from "../check-numbers.js";

/** What a logging policy did: one row a decision. */
export interface LoggedDecisions {
  rewards: ArrayLike<number>;
  /** Probability the logging policy gave to what it did. */
  logged: ArrayLike<number>;
  /** Probability the policy to be judged gives to the same. */
  evaluated: ArrayLike<number>;
}

/**
 * The importance weights evaluated / logged. Probabilities outside [0, 1] are refused, and so is a row the logging policy
 * could not have made but the other would (`no-support`): no weight can make up for it.
 */
export function weightsOf(metric: string, { rewards, logged, evaluated }: LoggedDecisions): Float64Array {
  checkPaired(metric, { rewards, logged, evaluated });
  checkFinite(metric, "rewards", rewards);
  for (const [called, values] of Object.entries({ logged, evaluated })) {
    for (let i = 0; i < values.length; i++) {
      if (values[i]! >= 0 && values[i]! <= 1) continue;
      throw new HeedError(
        "metric",
        `${metric}: ${called}[${i}] is ${values[i]}`,
        "probabilities lie in [0, 1]",
      );
    }
  }
  return Float64Array.from(logged, (probability, i) => {
    if (probability > 0) return evaluated[i]! / probability;
    if (evaluated[i] === 0) return 0;
    throw new HeedError(
      "no-support",
      `${metric}: row ${i} has the logged probability 0, and ${evaluated[i]} under the policy judged`,
      "judge a policy only on decisions that the logging policy could make",
    );
  });
}

/** How well a log covers a policy. */
export interface Overlap {
  /** (sum of weights)² / sum of squared weights (Kish 1965): the rows that the log is worth. */
  effectiveSampleSize: number;
  largestWeight: number;
  /** Should be near 1; far from it, the probabilities are wrong or the policies do not overlap. */
  meanWeight: number;
  /** Rows that could not have been logged and yet have a probability under the policy judged. */
  unsupported: number;
}

/** Effective sample size and the like; rows without support are counted here rather than refused. */
export function overlap({ rewards, logged, evaluated }: LoggedDecisions): Overlap {
  const rows = Array.from(logged, (_, i) => i);
  const without = rows.filter((i) => logged[i] === 0 && evaluated[i]! > 0);
  const kept = rows.filter((i) => !(logged[i] === 0 && evaluated[i]! > 0));
  const pick = (values: ArrayLike<number>) => kept.map((i) => values[i]!);
  const weights = weightsOf("overlap", {
    rewards: pick(rewards),
    logged: pick(logged),
    evaluated: pick(evaluated),
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight ** 2, 0);
  return {
    effectiveSampleSize: squares === 0 ? 0 : sum ** 2 / squares,
    largestWeight: weights.reduce((largest, weight) => Math.max(largest, weight), 0),
    meanWeight: sum / weights.length,
    unsupported: without.length,
  };
}
