import { HeedError } from "../../core/errors.js";
import { checkFinite } from "../check-numbers.js";
import { type RaggedLists, usersOf } from "../ranking/ragged-lists.js";
import type { ItemSimilarity } from "./item-similarity.js";
import { type PerUser, perUserOf } from "./per-user.js";

/** 1 - the mean similarity of a list's pairs; not defined for lists of fewer than two items. */
export function diversity({ values, offsets }: RaggedLists, similarity: ItemSimilarity): PerUser {
  return perUserOf(offsets.length - 1, (user) => {
    let total = 0;
    let pairs = 0;
    for (let i = offsets[user]!; i < offsets[user + 1]!; i++) {
      for (let j = offsets[user]!; j < i; j++, pairs++) total += similarity(values[i]!, values[j]!);
    }
    return pairs === 0 ? Number.NaN : 1 - total / pairs;
  });
}

/**
 * How unlike a user's past the list is, weighted by relevance: the mean over its items of (1 - mean similarity with the
 * training items of the user) * relevance. `relevance` has one number a place of `lists`, 1 without it. Not defined for
 * users without a list or a past.
 */
export function serendipity(
  lists: RaggedLists,
  train: RaggedLists,
  similarity: ItemSimilarity,
  relevance?: ArrayLike<number>,
): PerUser {
  if (usersOf(lists) !== usersOf(train)) {
    throw new HeedError(
      "users",
      `${usersOf(lists)} lists and ${usersOf(train)} histories`,
      "give both per user",
    );
  }
  if (relevance) {
    checkFinite("serendipity", "relevance", relevance);
    if (relevance.length !== lists.values.length)
      throw new HeedError(
        "metric",
        `serendipity: ${lists.values.length} places and ${relevance.length} relevances`,
        "give one for each place",
      );
  }
  return perUserOf(usersOf(lists), (user) => {
    const [start, end] = [train.offsets[user]!, train.offsets[user + 1]!];
    const places = lists.offsets[user + 1]! - lists.offsets[user]!;
    if (start === end || places === 0) return Number.NaN;
    let total = 0;
    for (let i = lists.offsets[user]!; i < lists.offsets[user + 1]!; i++) {
      let alike = 0;
      for (let h = start; h < end; h++) alike += similarity(lists.values[i]!, train.values[h]!);
      total += (1 - alike / (end - start)) * (relevance?.[i] ?? 1);
    }
    return total / places;
  });
}
