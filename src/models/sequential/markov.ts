import { row, rowsOf, type SequenceColumn } from "../../data/index.js";
import { best, type CountingModel, popularity } from "./recommender.js";

/** First-order Markov table: how often b directly followed the last item; popularity breaks ties. */
export function fitMarkov(sequences: SequenceColumn): CountingModel {
  const counts = popularity(sequences);
  const followers = Array.from({ length: sequences.size }, () => new Map<number, number>());
  for (let i = 0; i < rowsOf(sequences); i++) {
    const ids = row(sequences, i);
    for (let t = 1; t < ids.length; t++) {
      const next = followers[ids[t - 1]!]!;
      next.set(ids[t]!, (next.get(ids[t]!) ?? 0) + 1);
    }
  }
  return {
    name: "markov",
    items: sequences.size - 1,
    score(history, out) {
      for (let item = 1; item < out.length; item++) out[item] = 1e-6 * counts[item]!;
      out[0] = Number.NEGATIVE_INFINITY;
      for (const [item, count] of followers[history.at(-1) ?? 0] ?? []) out[item] = out[item]! + count;
    },
    similar: (item, limit) =>
      best(
        [...(followers[item] ?? [])].map(([next, score]) => ({ item: next, score })),
        limit,
      ),
  };
}
