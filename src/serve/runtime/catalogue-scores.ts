import { topAccepted } from "../../decide/index.js";
import { type ItemVectors, scoreEvery, scoreOf } from "../../retrieve/index.js";
import type { ThreadedIndex } from "./threaded-index.js";

/** What a model says of all its items to one history. Items are named by their place in the model's list. */
export interface CatalogueScores {
  /** The score of the item at a place; NaN where the model has no such place. */
  at(place: number): number;
  /**
   * The `limit` best places that are accepted, best first; all that are accepted where they are fewer. About `spare` of the
   * best are expected to be refused.
   */
  best(limit: number, spare: number, accept: (place: number) => boolean): Promise<Int32Array>;
}

/** Scores that a model gave to every item; place 0 is nobody's. */
export function everyScore(scores: Float32Array): CatalogueScores {
  return {
    at: (place) => scores[place] ?? Number.NaN,
    best: async (limit, spare, accept) =>
      topAccepted(scores, limit, spare + 1, (place) => place > 0 && accept(place)),
  };
}

/** Of a catalogue larger than this many times what is wanted, an index is asked; else looking at everything is as quick. */
const worthSearching = 4;
/** Searches before looking at everything, each for four times as many as the one before. */
const searches = 2;

/**
 * Scores by the inner products of a history's vector with the items'. The best are found by the index and put in order by
 * their scores. Where it is not built yet, fails, or too few of what it finds are accepted, every item is looked at: nobody
 * gets fewer than there are. `compare` says whether a search is to be compared with the truth.
 */
export function vectorScores(
  query: Float32Array,
  vectors: ItemVectors,
  index: ThreadedIndex,
  compare: () => boolean,
): CatalogueScores {
  const at = (place: number) =>
    place > 0 && place < vectors.rows ? Math.fround(scoreOf(vectors, query, place)) : Number.NaN;

  async function search(wanted: number, first: boolean): Promise<Int32Array | null> {
    if (!index.ready() || wanted * worthSearching > vectors.rows) return null;
    // A model that was replaced meanwhile has no index any more.
    return index.search(query, wanted, first && compare()).catch(() => null);
  }

  return {
    at,
    async best(limit, spare, accept) {
      let wanted = limit + spare;
      for (let turn = 0; turn < searches; turn++, wanted *= 4) {
        const found = await search(wanted, turn === 0);
        if (!found) break;
        const scores = Float32Array.from(found, at);
        const best = topAccepted(scores, limit, spare, (k) => accept(found[k]!));
        if (best.length === limit) return best.map((k) => found[k]!);
      }
      return everyScore(scoreEvery(vectors, query)).best(limit, spare, accept);
    },
  };
}
