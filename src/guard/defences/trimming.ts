import type { ScoreBatch, Target } from "../../models/index.js";

/**
 * Each user's loss: the cross-entropy of what came last given what came before it, over the whole catalogue. A defence
 * that needs nothing else drops those with the highest.
 */
export async function lossesOf(targets: readonly Target[], score: ScoreBatch): Promise<Float64Array> {
  const losses = new Float64Array(targets.length);
  for (let start = 0; start < targets.length; start += 256) {
    const batch = targets.slice(start, start + 256);
    const scores = await score(batch.map(({ history }) => history));
    batch.forEach(({ target }, i) => {
      losses[start + i] = crossEntropy(scores(i), target);
    });
  }
  return losses;
}

function crossEntropy(scores: ArrayLike<number>, target: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let item = 1; item < scores.length; item++) largest = Math.max(largest, scores[item]!);
  let total = 0;
  for (let item = 1; item < scores.length; item++) total += Math.exp(scores[item]! - largest);
  return Math.log(total) + largest - scores[target]!;
}

/** The `share` of users with the highest values (losses, suspicions), ties by lower number; at least one. */
export function highest(values: ArrayLike<number>, share: number): number[] {
  return Array.from(values, (_, user) => user)
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .slice(0, Math.max(1, Math.round(share * values.length)));
}
