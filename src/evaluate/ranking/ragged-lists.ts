import { HeedError } from "../../core/errors.js";

/** Lists of ids of many users in two arrays: list `i` is `values[offsets[i] .. offsets[i + 1]]`. A sequence column is one. */
export interface RaggedLists {
  values: Int32Array;
  offsets: Int32Array;
}

/** The relevant items of many users. */
export interface RaggedTruth extends RaggedLists {
  /** Grade of each value, 0 for judged and not relevant; every value has grade 1 without it. */
  grades?: ArrayLike<number>;
}

/** Packs one array a user. */
export function raggedLists(lists: readonly ArrayLike<number>[]): RaggedLists {
  const offsets = new Int32Array(lists.length + 1);
  for (let i = 0; i < lists.length; i++) offsets[i + 1] = offsets[i]! + lists[i]!.length;
  const values = new Int32Array(offsets[lists.length]!);
  for (let i = 0; i < lists.length; i++) values.set(lists[i]!, offsets[i]!);
  return { values, offsets };
}

/** Packs a rectangle of `width` places a user; a negative id ends the list of its user. */
export function raggedOf(places: Int32Array, width: number): RaggedLists {
  const users = places.length / width;
  const offsets = new Int32Array(users + 1);
  const values = new Int32Array(places.length);
  let end = 0;
  for (let user = 0; user < users; user++) {
    for (let i = user * width; i < (user + 1) * width && places[i]! >= 0; i++) values[end++] = places[i]!;
    offsets[user + 1] = end;
  }
  return { values: values.subarray(0, end), offsets };
}

/** Number of users. */
export function usersOf({ offsets }: RaggedLists): number {
  return offsets.length - 1;
}

/** The longest list. */
export function longestOf({ offsets }: RaggedLists): number {
  let longest = 0;
  for (let i = 1; i < offsets.length; i++) longest = Math.max(longest, offsets[i]! - offsets[i - 1]!);
  return longest;
}

/**
 * Refuses offsets that do not cover the values, and ids outside 0..items-1: an item of the truth that the catalogue lacks
 * can never be found, and would lower every figure unseen.
 */
export function checkLists(called: string, lists: RaggedLists, items: number): void {
  const { values, offsets } = lists;
  let rising = offsets.length > 0 && offsets[0] === 0 && offsets[offsets.length - 1] === values.length;
  for (let i = 1; i < offsets.length; i++) if (offsets[i]! < offsets[i - 1]!) rising = false;
  if (!rising) {
    throw new HeedError(
      "metric",
      `${called}: the offsets do not run from 0 to ${values.length}`,
      "offsets start at 0, never fall, and end at the number of values; raggedLists() makes them",
    );
  }
  for (let i = 0; i < values.length; i++) {
    if (values[i]! >= 0 && values[i]! < items) continue;
    let user = 0;
    while (offsets[user + 1]! <= i) user++;
    throw new HeedError(
      "unknown-item",
      `${called}: user ${user} has the item ${values[i]}, and the catalogue holds ids 0 to ${items - 1}`,
      `leave out items that cannot be recommended, or give the whole catalogue's size as "items"`,
    );
  }
}

/**
 * Lists put into the order of other users, by user id: one who has no list gets an empty one, which scores 0. A user twice
 * is an error, and so is a list of somebody `wanted` does not name, unless `others` is "leave-out".
 */
export function alignLists(
  lists: RaggedLists,
  users: ArrayLike<number>,
  wanted: ArrayLike<number>,
  { others = "refuse" }: { others?: "refuse" | "leave-out" } = {},
): RaggedLists {
  if (usersOf(lists) !== users.length)
    throw new HeedError("users", `${usersOf(lists)} lists and ${users.length} users`, "give one user a list");
  const places = placesOf(users, "users");
  const known = placesOf(wanted, "wanted");
  for (let i = 0; i < users.length && others === "refuse"; i++) {
    if (known.has(users[i]!)) continue;
    throw new HeedError(
      "users",
      `user ${users[i]} has a list and no truth`,
      `evaluate the same users, or leave such lists out with others: "leave-out"`,
    );
  }
  const none = new Int32Array(0);
  return raggedLists(
    Array.from(wanted, (user) => {
      const at = places.get(user);
      return at === undefined ? none : lists.values.subarray(lists.offsets[at]!, lists.offsets[at + 1]!);
    }),
  );
}

function placesOf(users: ArrayLike<number>, called: string): Map<number, number> {
  const places = new Map<number, number>();
  for (let i = 0; i < users.length; i++) {
    if (places.has(users[i]!))
      throw new HeedError("users", `${called} names user ${users[i]} twice`, "give each user one list");
    places.set(users[i]!, i);
  }
  return places;
}
