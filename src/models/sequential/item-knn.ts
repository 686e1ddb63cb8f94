import { row, rowsOf, type SequenceColumn } from "../../data/index.js";
import { best, type CountingModel, popularity } from "./recommender.js";

export interface ItemKnnOptions {
  /** Neighbours kept per candidate item; all that tie with the last one are kept too. */
  neighbours?: number;
  /** Similarities are multiplied by n / (n + shrink) for n common users. */
  shrink?: number;
  /** Use the last `last` items only, the one `age` steps back weighted by decay^age. */
  recency?: { last: number; decay: number };
}

/**
 * Item-based collaborative filtering (Sarwar et al. 2001; Deshpande & Karypis 2004): cosine of binary item columns. The
 * score of a candidate is the sum of its similarities to those history items that are among its nearest neighbours.
 */
export function fitItemKnn(sequences: SequenceColumn, options: ItemKnnOptions = {}): CountingModel {
  const { neighbours = 100, shrink = 0, recency } = options;
  const size = sequences.size;
  const { users, items } = invert(sequences);
  const nearest: { item: number; score: number }[][] = Array.from({ length: size }, () => []);
  const common = new Int32Array(size);
  for (let candidate = 1; candidate < size; candidate++) {
    const touched: number[] = [];
    for (const user of users[candidate]!) {
      for (const other of items[user]!) {
        if (common[other]!++ === 0) touched.push(other);
      }
    }
    const similar: { item: number; score: number }[] = [];
    for (const other of touched) {
      const n = common[other]!;
      common[other] = 0;
      if (other === candidate) continue;
      // The root last: equal cosines are then equal to the last bit, and tie as they should.
      const cosine = Math.sqrt((n * n) / (users[candidate]!.length * users[other]!.length));
      similar.push({ item: other, score: cosine * (n / (n + shrink)) });
    }
    const ordered = best(similar, similar.length);
    const least = ordered[neighbours - 1]?.score ?? Number.NEGATIVE_INFINITY;
    for (const { item, score } of ordered) {
      if (score < least) break;
      nearest[candidate]!.push({ item, score });
    }
  }
  const supported = supportersOf(nearest);
  const counts = popularity(sequences);
  const weighted = (history: Int32Array): [item: number, weight: number][] => {
    if (!recency) return [...new Set(history)].map((item) => [item, 1]);
    return Array.from(history.subarray(-recency.last))
      .reverse()
      .map((item, age) => [item, recency.decay ** age]);
  };
  return {
    name: recency ? "item-knn-recency" : "item-knn",
    items: size - 1,
    score(history, out) {
      out.fill(0);
      let known = false;
      for (const [item, weight] of weighted(history)) {
        const { offsets, candidates, scores } = supported;
        for (let at = offsets[item] ?? 0, end = offsets[item + 1] ?? 0; at < end; at++) {
          const candidate = candidates[at]!;
          out[candidate] = out[candidate]! + weight * scores[at]!;
          known = true;
        }
      }
      // Nobody is left without a list: a history that says nothing gets what is popular.
      if (!known) out.set(counts);
      out[0] = Number.NEGATIVE_INFINITY;
    },
    similar: (item, limit) => (nearest[item] ?? []).slice(0, limit),
  };
}

/** For each history item, the candidates that count it among their neighbours: rows `offsets[item]` to `offsets[item + 1]`. */
function supportersOf(nearest: readonly (readonly { item: number; score: number }[])[]): {
  offsets: Int32Array;
  candidates: Int32Array;
  scores: Float64Array;
} {
  const offsets = new Int32Array(nearest.length + 1);
  for (const list of nearest) for (const { item } of list) offsets[item + 1]!++;
  for (let item = 0; item < nearest.length; item++) offsets[item + 1]! += offsets[item]!;
  const next = offsets.slice();
  const candidates = new Int32Array(offsets.at(-1)!);
  const scores = new Float64Array(candidates.length);
  nearest.forEach((list, candidate) => {
    for (const { item, score } of list) {
      const at = next[item]!++;
      candidates[at] = candidate;
      scores[at] = score;
    }
  });
  return { offsets, candidates, scores };
}

/** The distinct items of each user, and the users of each item. */
function invert(sequences: SequenceColumn): { users: number[][]; items: Int32Array[] } {
  const users: number[][] = Array.from({ length: sequences.size }, () => []);
  const items = Array.from({ length: rowsOf(sequences) }, (_, user) => {
    const distinct = Int32Array.from(new Set(row(sequences, user)));
    for (const item of distinct) users[item]!.push(user);
    return distinct;
  });
  return { users, items };
}
