import { HeedError } from "../../core/errors.js";
import { checkLists, type RaggedLists, usersOf } from "../ranking/ragged-lists.js";
import { cosine } from "../similarity/vectors.js";

/** How alike two items are; 1 for the same. */
export type ItemSimilarity = (a: number, b: number) => number;

/**
 * Co-occurrence in the histories of users: n_ab / sqrt(n_a n_b), where n counts users. An item nobody had is like none.
 */
export function coOccurrence(train: RaggedLists, items: number): ItemSimilarity {
  const { users, offsets } = usersByItem(train, items);
  return (a, b) => {
    const both = Math.sqrt((offsets[a + 1]! - offsets[a]!) * (offsets[b + 1]! - offsets[b]!));
    if (both === 0) return 0;
    let common = 0;
    for (let i = offsets[a]!, j = offsets[b]!; i < offsets[a + 1]! && j < offsets[b + 1]!; ) {
      const difference = users[i]! - users[j]!;
      if (difference === 0) common++;
      if (difference <= 0) i++;
      if (difference >= 0) j++;
    }
    return common / both;
  };
}

/** Cosine of the items' vectors, rows of a row-major matrix `dim` wide. */
export function vectorSimilarity(vectors: Float32Array | Float64Array, dim: number): ItemSimilarity {
  if (!(Number.isInteger(dim) && dim >= 1 && vectors.length % dim === 0)) {
    throw new HeedError(
      "metric",
      `vectorSimilarity: ${vectors.length} numbers in rows of ${dim}`,
      "give whole rows",
    );
  }
  return (a, b) => cosine(vectors.subarray(a * dim, (a + 1) * dim), vectors.subarray(b * dim, (b + 1) * dim));
}

/** The users of each item, ascending, each once. */
function usersByItem(train: RaggedLists, items: number): { users: Int32Array; offsets: Int32Array } {
  checkLists("train", train, items);
  const offsets = new Int32Array(items + 1);
  const last = new Int32Array(items).fill(-1);
  const eachOnce = (found: (user: number, item: number) => void) => {
    last.fill(-1);
    for (let user = 0; user < usersOf(train); user++) {
      for (let i = train.offsets[user]!; i < train.offsets[user + 1]!; i++) {
        const item = train.values[i]!;
        if (last[item] === user) continue;
        last[item] = user;
        found(user, item);
      }
    }
  };
  eachOnce((_, item) => {
    offsets[item + 1]!++;
  });
  for (let item = 0; item < items; item++) offsets[item + 1]! += offsets[item]!;
  const users = new Int32Array(offsets[items]!);
  const next = offsets.slice();
  eachOnce((user, item) => {
    users[next[item]!++] = user;
  });
  return { users, offsets };
}
