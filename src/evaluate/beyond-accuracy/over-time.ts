import { HeedError } from "../../core/errors.js";
import { checkFinite } from "../check-numbers.js";
import { type RaggedLists, usersOf } from "../ranking/ragged-lists.js";
import { type PerUser, perUserOf } from "./per-user.js";

const listOf = ({ values, offsets }: RaggedLists, user: number) =>
  values.subarray(offsets[user]!, offsets[user + 1]!);

function sameUsers(a: RaggedLists, b: RaggedLists): void {
  if (usersOf(a) === usersOf(b)) return;
  throw new HeedError("users", `${usersOf(a)} lists and ${usersOf(b)} lists`, "give both for the same users");
}

/** The share of a list its user has had before; not defined for empty lists. */
export function repetition(lists: RaggedLists, earlier: RaggedLists): PerUser {
  sameUsers(lists, earlier);
  return perUserOf(usersOf(lists), (user) => {
    const known = new Set(listOf(earlier, user));
    const list = listOf(lists, user);
    return list.filter((item) => known.has(item)).length / list.length;
  });
}

/** Mean age of a list's items in the unit of the times: `now[user]` less the time each item appeared. */
export function freshness(lists: RaggedLists, appeared: ArrayLike<number>, now: ArrayLike<number>): PerUser {
  checkFinite("freshness", "appeared", appeared);
  checkFinite("freshness", "now", now);
  if (now.length !== usersOf(lists))
    throw new HeedError("users", `${usersOf(lists)} lists and ${now.length} times`, "give one time a user");
  return perUserOf(usersOf(lists), (user) => {
    const list = listOf(lists, user);
    let total = 0;
    for (const item of list) total += now[user]! - appeared[item]!;
    return total / list.length;
  });
}

/** How much of each user's list two models share: common items over all items of both (Jaccard); both empty is 0. */
export function stability(before: RaggedLists, after: RaggedLists): PerUser {
  sameUsers(before, after);
  return perUserOf(usersOf(before), (user) => {
    const [a, b] = [new Set(listOf(before, user)), new Set(listOf(after, user))];
    const common = [...a].filter((item) => b.has(item)).length;
    const either = a.size + b.size - common;
    return either === 0 ? 0 : common / either;
  });
}
