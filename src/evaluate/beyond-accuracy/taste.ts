import { HeedError } from "../../core/errors.js";
import { checkFinite, checkPaired, checkWithin } from "../check-numbers.js";
import { type RaggedLists, usersOf } from "../ranking/ragged-lists.js";
import { type PerUser, perUserOf } from "./per-user.js";

/**
 * How far a list's distribution `q` over genres lies from the user's taste `p` (Steck 2018): the Kullback-Leibler
 * divergence in nats of p from (1 - alpha) q + alpha p. 0 is perfectly calibrated. Both sum to 1.
 */
export function tasteDivergence(p: ArrayLike<number>, q: ArrayLike<number>, alpha = 0.01): number {
  checkPaired("tasteDivergence", { p, q });
  checkWithin("tasteDivergence", "alpha", alpha, Number.MIN_VALUE, 1);
  for (const [called, values] of Object.entries({ p, q })) {
    checkFinite("tasteDivergence", called, values);
    const sum = Array.from(values).reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) > 1e-6 || Array.from(values).some((value) => value < 0))
      throw new HeedError(
        "metric",
        `tasteDivergence: ${called} sums to ${sum}`,
        "give shares from 0 that sum to 1",
      );
  }
  let total = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i]! > 0) total += p[i]! * Math.log(p[i]! / ((1 - alpha) * q[i]! + alpha * p[i]!));
  }
  return total;
}

/**
 * Taste divergence of every user's list from their history. An item's genres share its weight equally; items without a
 * genre have none. Not defined for users whose list or history has no genre.
 */
export function tasteCalibration(
  lists: RaggedLists,
  history: RaggedLists,
  genresOfItem: RaggedLists,
  genres: number,
  alpha = 0.01,
): PerUser {
  if (usersOf(lists) !== usersOf(history))
    throw new HeedError(
      "users",
      `${usersOf(lists)} lists and ${usersOf(history)} histories`,
      "give both per user",
    );
  const [p, q] = [new Float64Array(genres), new Float64Array(genres)];
  return perUserOf(usersOf(lists), (user) => {
    const any = fillGenres(p, history, user, genresOfItem) && fillGenres(q, lists, user, genresOfItem);
    return any ? tasteDivergence(p, q, alpha) : Number.NaN;
  });
}

function fillGenres(out: Float64Array, lists: RaggedLists, user: number, genresOfItem: RaggedLists): boolean {
  out.fill(0);
  let weighed = 0;
  for (let i = lists.offsets[user]!; i < lists.offsets[user + 1]!; i++) {
    const item = lists.values[i]!;
    const [start, end] = [genresOfItem.offsets[item]!, genresOfItem.offsets[item + 1]!];
    for (let g = start; g < end; g++) out[genresOfItem.values[g]!]! += 1 / (end - start);
    if (end > start) weighed++;
  }
  for (let g = 0; g < out.length; g++) out[g]! /= weighed;
  return weighed > 0;
}
