import type { SequenceColumn } from "../../data/index.js";
import { type CountingModel, popularity } from "./recommender.js";

/** Popularity: every item scores its number of occurrences, whoever asks. */
export function fitPopular(sequences: SequenceColumn): CountingModel {
  const counts = popularity(sequences);
  return {
    name: "popular",
    items: sequences.size - 1,
    score(_, out) {
      out.set(counts);
      out[0] = Number.NEGATIVE_INFINITY;
    },
    similar: () => [],
  };
}
