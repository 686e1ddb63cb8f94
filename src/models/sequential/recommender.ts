import type { SequenceColumn } from "../../data/index.js";

/** A model of histories that needs no graph: fitted by counting, scored by a loop. */
export interface CountingModel {
  name: string;
  /** Number of items; ids run from 1. */
  items: number;
  /** Writes one score per item id into `out` [items + 1]; id 0 gets -Infinity. Ids the model never saw are ignored. */
  score(history: Int32Array, out: Float64Array): void;
  /** The items most similar to one, best first; empty where the model has no notion of it. */
  similar(item: number, limit: number): { item: number; score: number }[];
}

/** How often each item occurs, by id. */
export function popularity(sequences: SequenceColumn): Float64Array {
  const counts = new Float64Array(sequences.size);
  for (const item of sequences.values) counts[item]!++;
  return counts;
}

/** The `limit` best entries of a sparse list, highest score first, ties by lower id. */
export function best(
  entries: { item: number; score: number }[],
  limit: number,
): { item: number; score: number }[] {
  return entries.sort((a, b) => b.score - a.score || a.item - b.item).slice(0, limit);
}
