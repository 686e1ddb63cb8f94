import { HeedError } from "../../core/errors.js";
import { checkWithin } from "../check-numbers.js";
import { mean } from "../mean.js";
import { checkLists, type RaggedLists, usersOf } from "../ranking/ragged-lists.js";

/** Mean training count over all places of all lists. */
export function averagePopularity(lists: RaggedLists, counts: ArrayLike<number>): number {
  checkLists("lists", lists, counts.length);
  return mean(Float64Array.from(lists.values, (item) => counts[item]!));
}

/** Which items are the tail: the least popular `share` of the items (ties by id), or those with at most `atMost` rows. */
export type Tail = { share: number } | { atMost: number };

/** The share of recommended places that tail items take. The default tail is the least popular tenth of the items. */
export function tailShare(
  lists: RaggedLists,
  counts: ArrayLike<number>,
  tail: Tail = { share: 0.1 },
): number {
  checkLists("lists", lists, counts.length);
  const inTail = tailOf(counts, tail);
  return mean(Float64Array.from(lists.values, (item) => inTail[item]!));
}

function tailOf(counts: ArrayLike<number>, tail: Tail): Uint8Array {
  if ("atMost" in tail) return Uint8Array.from(counts, (count) => (count <= tail.atMost ? 1 : 0));
  checkWithin("tailShare", "share", tail.share, 0, 1);
  const order = Int32Array.from(counts, (_, i) => i).sort((a, b) => counts[a]! - counts[b]! || a - b);
  const marks = new Uint8Array(counts.length);
  for (const item of order.subarray(0, Math.round(tail.share * counts.length))) marks[item] = 1;
  return marks;
}

/**
 * How much more popular the lists are than what users chose themselves: the mean over users of their list's mean training
 * count, over that of their history's, less 1. Users without a list or a history are left out of both.
 */
export function popularityLift(lists: RaggedLists, history: RaggedLists, counts: ArrayLike<number>): number {
  if (usersOf(lists) !== usersOf(history))
    throw new HeedError(
      "users",
      `${usersOf(lists)} lists and ${usersOf(history)} histories`,
      "give both per user",
    );
  checkLists("lists", lists, counts.length);
  checkLists("history", history, counts.length);
  let [shown, chosen] = [0, 0];
  for (let user = 0; user < usersOf(lists); user++) {
    const [list, past] = [popularityOf(lists, user, counts), popularityOf(history, user, counts)];
    if (Number.isNaN(list) || Number.isNaN(past)) continue;
    shown += list;
    chosen += past;
  }
  return shown / chosen - 1;
}

/** Mean count of one user's items; NaN without any. */
function popularityOf({ values, offsets }: RaggedLists, user: number, counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = offsets[user]!; i < offsets[user + 1]!; i++) total += counts[values[i]!]!;
  return total / (offsets[user + 1]! - offsets[user]!);
}
