import type { Candidate } from "../candidate.js";
import type { Rules } from "../config/decide.js";
import { compileCondition } from "./condition.js";

type Boost = Rules["boosts"][number];

/** For each candidate the boosts whose condition it satisfies, in order; null where there are none. */
export function matchBoosts(
  boosts: Rules["boosts"],
  candidates: readonly Candidate[],
  now: number,
): (readonly Boost[] | null)[] {
  if (boosts.length === 0) return candidates.map(() => null);
  const tests = boosts.map(({ when }) => compileCondition(when));
  return candidates.map(({ item, facts }) => {
    const matching = boosts.filter((_, i) => tests[i]!(item, facts, now));
    return matching.length === 0 ? null : matching;
  });
}

/**
 * A score with boosts applied in order. Multiplying a negative score (a logit, say) by 2 would push the item down, so
 * below zero the factor divides: a factor above 1 always lifts, one below 1 always lowers.
 */
export function boosted(score: number, boosts: readonly Boost[] | null): number {
  if (boosts === null) return score;
  let value = score;
  for (const { multiply = 1, add = 0 } of boosts) {
    value = (value >= 0 ? value * multiply : value / multiply) + add;
  }
  return value;
}
