import { topAccepted } from "../../decide/index.js";

/** An item that a past speaks for. */
export interface Alike {
  item: string;
  /** The similarities of the past's items to it, added up. */
  score: number;
  /** The item of the past that is most like it. */
  because: string;
}

/** Whether the item at a place of a list may be among what is found. */
export type Accept = (list: readonly string[], place: number) => boolean;

/** What goes with items that somebody had. */
export interface Likeness {
  /** Up to `limit` accepted items that go with the past, best first. */
  alike(past: Iterable<string>, limit: number, accept: Accept): Alike[];
  /** For each item the one of the past that is most like it, or undefined where none is. */
  reasons(past: Iterable<string>, items: readonly string[]): (string | undefined)[];
}

/** The nearest items of each item, best first, `dim` of them or 0 where there are fewer; id 0 is nobody. */
export interface Neighbours {
  items: readonly string[];
  place(item: string): number;
  dim: number;
  ids: Float32Array;
  similarities: Float32Array;
}

/** Reads neighbours where they lie, without an object for each: a past of twenty has thousands of them. */
export function openLikeness({ items, place, dim, ids, similarities }: Neighbours): Likeness {
  const sums = new Float64Array(items.length);
  const strongest = new Float64Array(items.length);
  const because = new Int32Array(items.length);
  /** The place among the wanted items, plus 1. */
  const wantedAt = new Int32Array(items.length);

  return {
    alike(past, limit, accept) {
      const touched: number[] = [];
      let spare = 0;
      for (const item of new Set(past)) {
        const id = place(item);
        if (id < 1) continue;
        spare++;
        for (let at = id * dim, end = at + dim; at < end && ids[at]! !== 0; at++) {
          const other = ids[at]!;
          const similarity = similarities[at]!;
          if (because[other] === 0) touched.push(other);
          if (because[other] === 0 || similarity > strongest[other]!) {
            strongest[other] = similarity;
            because[other] = id;
          }
          sums[other] = sums[other]! + similarity;
        }
      }
      const scores = Float64Array.from(touched, (id) => sums[id]!);
      const best = topAccepted(scores, limit, spare, (k) => accept(items, touched[k]!));
      const found = Array.from(best, (k): Alike => {
        const id = touched[k]!;
        return { item: items[id]!, score: scores[k]!, because: items[because[id]!]! };
      });
      for (const id of touched) {
        sums[id] = 0;
        because[id] = 0;
      }
      return found;
    },
    reasons(past, wanted) {
      const found = new Array<string | undefined>(wanted.length);
      const nearest = new Float64Array(wanted.length);
      const places = wanted.map(place);
      places.forEach((id, i) => {
        if (id > 0) wantedAt[id] = i + 1;
      });
      for (const item of new Set(past)) {
        const id = place(item);
        if (id < 1) continue;
        for (let k = id * dim; k < (id + 1) * dim && ids[k]! !== 0; k++) {
          const i = wantedAt[ids[k]!]! - 1;
          if (i < 0 || similarities[k]! <= nearest[i]!) continue;
          nearest[i] = similarities[k]!;
          found[i] = item;
        }
      }
      for (const id of places) if (id > 0) wantedAt[id] = 0;
      return found;
    },
  };
}
