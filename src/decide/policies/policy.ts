import type { Random } from "../../core/random.js";

/** One position to fill. Candidates are named by their index. */
export interface Choice {
  /** Those that may stand here, given the rules and the items above. */
  eligible: Int32Array;
  /** The one of them with the best expected worth. */
  best: number;
  /** What a candidate is worth here if its score were this: boosts and diversity applied. */
  worth(candidate: number, score: number): number;
}

export interface Propensity {
  propensity: number;
  /** How many draws estimated it; absent when it is exact. */
  draws?: number;
}

/** How to pick one of the eligible candidates, and with what probability it would be picked. */
export interface Policy {
  pick(choice: Choice, random: Random): number;
  /** The probability that `pick` gives `candidate` here; `picked` says that it just did. */
  propensity(choice: Choice, candidate: number, picked: boolean): Propensity;
}

/** A policy whose probabilities are known: `distribution` gives one for each eligible candidate, summing to 1. */
export function exactPolicy(distribution: (choice: Choice) => Float64Array): Policy {
  let current: Choice | undefined;
  let probabilities = new Float64Array();
  const at = (choice: Choice) => {
    if (choice !== current) {
      probabilities = distribution(choice) as typeof probabilities;
      current = choice;
    }
    return probabilities;
  };
  return {
    pick: (choice, random) => choice.eligible[inverted(at(choice), random.uniform())]!,
    propensity: (choice, candidate) => ({
      propensity: at(choice)[choice.eligible.indexOf(candidate)] ?? 0,
    }),
  };
}

/** The index where the cumulative distribution passes `u`; rounding at its end never picks an impossible one. */
function inverted(probabilities: Float64Array, u: number): number {
  let sum = 0;
  let last = 0;
  for (let i = 0; i < probabilities.length; i++) {
    if (probabilities[i]! === 0) continue;
    last = i;
    sum += probabilities[i]!;
    if (u < sum) return i;
  }
  return last;
}
