import type { Retrieved } from "./fusion.js";
import { type StopSignal, withinTime } from "./within-time.js";

/** Scores for items, in their order: NaN for an item the model does not know, -Infinity for one it refuses. */
export type Scorer = (items: readonly string[], signal: StopSignal) => Promise<ArrayLike<number> | null>;

export interface Rescored {
  found: Retrieved[];
  /** Why the model did not score; then the sources' fused order stands. */
  failure?: string;
}

/**
 * Gives retrieved items a model's scores. Items the model does not know (new ones, mostly) stand below all that it knows,
 * in their former order, so that they can fill and be explored. A model to which the request says nothing (null) leaves
 * everything as it was, and so does one that fails, is late (milliseconds) or gives a wrong number of scores: that is told.
 */
export async function rescore(
  found: readonly Retrieved[],
  scorer: Scorer,
  timeout: number,
): Promise<Rescored> {
  const items = found.map(({ item }) => item);
  let scores: ArrayLike<number> | null;
  try {
    scores = await withinTime(timeout, (signal) => scorer(items, signal));
    if (scores === null) return { found: [...found] };
    if (scores.length !== items.length) throw new Error(`${scores.length} scores for ${items.length} items`);
  } catch (error) {
    return { found: [...found], failure: error instanceof Error ? error.message : String(error) };
  }
  const known = Array.from(scores).filter(Number.isFinite);
  const lowest = known.reduce((low, score) => Math.min(low, score), known[0] ?? 0);
  const highest = known.reduce((high, score) => Math.max(high, score), lowest);
  // Steps small beside the range of the scores, so that scaled relevance keeps its resolution.
  const step = (highest > lowest ? highest - lowest : 1) / 1000;
  let unknown = 0;
  return {
    found: found.map((entry, i) => ({
      ...entry,
      score: Number.isNaN(scores[i]!) ? lowest - step * ++unknown : scores[i]!,
    })),
  };
}
