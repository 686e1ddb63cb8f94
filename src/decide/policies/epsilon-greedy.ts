import { exactPolicy, type Policy } from "./policy.js";

/** With probability epsilon any eligible candidate, else the best: epsilon / n, and 1 - epsilon more for the best. */
export function epsilonGreedy(epsilon: number): Policy {
  return exactPolicy(({ eligible, best }) => {
    const probabilities = new Float64Array(eligible.length).fill(epsilon / eligible.length);
    probabilities[eligible.indexOf(best)]! += 1 - epsilon;
    return probabilities;
  });
}
