import { HeedError } from "../../core/errors.js";
import { randomBits, streamKey } from "../../core/random.js";
import { checkCount } from "../check-numbers.js";
import { type RaggedLists, raggedOf, usersOf } from "./ragged-lists.js";

export interface TopItemsOptions {
  /** Items of the catalogue, ids 0..items-1: the length of a user's row of scores. */
  items: number;
  /** Places of a list. */
  k: number;
  /** Items each user is not to be shown: what they have seen. */
  seen?: RaggedLists;
  /** The first id that competes; 1 where id 0 is padding. The default is 0. */
  firstItem?: number;
  /** Breaks ties; the default is 1. */
  seed?: number;
}

/** Best items of users, block after block. */
export interface TopItems {
  /** Takes the scores of the next users, one row of all items a user. */
  add(scores: ArrayLike<number>): void;
  /** The lists of all users so far. */
  lists(): RaggedLists;
}

/**
 * Picks every user's k best items from scores of the whole catalogue. Ties fall by a seeded hash of the item id, then by
 * id, so that neither the order of items nor the truth leaks. An item of score -Infinity is not shown, a NaN is an error.
 */
export function topItems({ items, k, seen, firstItem = 0, seed = 1 }: TopItemsOptions): TopItems {
  checkCount("topItems", "items", items);
  checkCount("topItems", "k", k);
  checkCount("topItems", "firstItem", firstItem, 0);
  const key = streamKey(seed, "ties");
  const hash = Uint32Array.from({ length: items }, (_, item) => randomBits(key, item));
  const seenBy = new Int32Array(items);
  const best = new Float64Array(k);
  const held = new Int32Array(k);
  const blocks: Int32Array[] = [];
  let users = 0;

  /** Whether the item at one place of the heap goes after that at another. */
  const worse = (score: number, item: number, place: number) => {
    const other = best[place]!;
    if (score !== other) return score < other;
    const rival = held[place]!;
    return hash[item]! > hash[rival]! || (hash[item] === hash[rival] && item > rival);
  };

  /** Puts an item into a heap of `size` places with the worst at place 0, starting from a free place 0. */
  function sink(score: number, item: number, size: number): void {
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && worse(best[child + 1]!, held[child + 1]!, child)) child++;
      if (worse(score, item, child)) break;
      best[place] = best[child]!;
      held[place] = held[child]!;
      place = child;
    }
    best[place] = score;
    held[place] = item;
  }

  /** Adds an item to a heap that has `size` places taken and one more free. */
  function rise(score: number, item: number, size: number): void {
    let place = size;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!worse(score, item, parent)) break;
      best[place] = best[parent]!;
      held[place] = held[parent]!;
      place = parent;
    }
    best[place] = score;
    held[place] = item;
  }

  function pick(scores: ArrayLike<number>, start: number, user: number, out: Int32Array, at: number): void {
    for (let i = seen?.offsets[user] ?? 0; i < (seen?.offsets[user + 1] ?? 0); i++)
      seenBy[seen!.values[i]!] = user + 1;
    let filled = 0;
    let worst = Number.NEGATIVE_INFINITY;
    for (let item = firstItem; item < items; item++) {
      const score = scores[start + item]!;
      if (score < worst) continue;
      if (Number.isNaN(score))
        throw new HeedError(
          "metric",
          `the score of item ${item} for user ${user} is NaN`,
          "check the model's outputs",
        );
      if (score === Number.NEGATIVE_INFINITY || seenBy[item] === user + 1) continue;
      if (filled < k) rise(score, item, filled++);
      else if (!worse(score, item, 0)) sink(score, item, k);
      if (filled === k) worst = best[0]!;
    }
    out.fill(-1, at + filled, at + k);
    // The worst leaves the heap first and takes the last place.
    for (let size = filled; size > 0; size--) {
      out[at + size - 1] = held[0]!;
      sink(best[size - 1]!, held[size - 1]!, size - 1);
    }
  }

  return {
    add(scores) {
      if (scores.length % items !== 0)
        throw new HeedError("metric", `${scores.length} scores in rows of ${items} items`, "give whole rows");
      const rows = scores.length / items;
      if (seen && users + rows > usersOf(seen))
        throw new HeedError(
          "users",
          `scores of ${users + rows} users, seen items of ${usersOf(seen)}`,
          "give both",
        );
      const block = new Int32Array(rows * k);
      for (let i = 0; i < rows; i++) pick(scores, i * items, users + i, block, i * k);
      users += rows;
      blocks.push(block);
    },
    lists() {
      const places = new Int32Array(users * k);
      let at = 0;
      for (const block of blocks) {
        places.set(block, at);
        at += block.length;
      }
      return raggedOf(places, k);
    },
  };
}
