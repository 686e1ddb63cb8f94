import { exactPolicy, type Policy } from "./policy.js";

/**
 * Proportional to exp(worth / temperature) over what is eligible. Filling position after position so is the ranking model
 * of Plackett (1975) and Luce (1959).
 */
export function softmax(scores: ArrayLike<number>, temperature: number): Policy {
  return exactPolicy(({ eligible, best, worth }) => {
    const highest = worth(best, scores[best]!);
    const probabilities = new Float64Array(eligible.length);
    let total = 0;
    for (let i = 0; i < eligible.length; i++) {
      const candidate = eligible[i]!;
      probabilities[i] = Math.exp((worth(candidate, scores[candidate]!) - highest) / temperature);
      total += probabilities[i]!;
    }
    for (let i = 0; i < probabilities.length; i++) probabilities[i]! /= total;
    return probabilities;
  });
}
