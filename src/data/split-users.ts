import { HeedError } from "../core/errors.js";
import { random, shuffle } from "../core/random.js";
import { cut } from "./split.js";

/** How many of a user's rows to leave out: a number, or what a number of rows gives. */
export type LeftOut = number | ((rows: number) => number);

/**
 * Leaves the last rows of every user out, by (time, row number): leave-one-out with 1, leave-k with k, a share with
 * `(n) => Math.ceil(0.2 * n)`. A user who would keep no row trains whole. Rows keep their order.
 */
export function leaveLast(
  users: ArrayLike<number>,
  times: ArrayLike<number>,
  count: LeftOut,
): { train: Int32Array; test: Int32Array } {
  return leave(users, count, (rows) => inTime(rows, times));
}

/** Leaves rows of every user out at random, the same ones for the same seed; see `leaveLast`. Leaks on timed data. */
export function leaveRandom(
  users: ArrayLike<number>,
  count: LeftOut,
  seed: number,
): { train: Int32Array; test: Int32Array } {
  return leave(users, count, (rows, user) => {
    shuffle(rows, random(seed, "leave-random", user));
    return rows;
  });
}

/** Cuts every user's rows in time into parts of the given fractions: a user's past trains, their later rows test. */
export function splitEachUser(
  users: ArrayLike<number>,
  times: ArrayLike<number>,
  fractions: readonly number[],
): Int32Array[] {
  const part = new Int32Array(users.length).fill(-1);
  for (const rows of rowsByUser(users).values()) {
    cut(inTime(rows, times), fractions).forEach((rowsOfPart, p) => {
      for (const row of rowsOfPart) part[row] = p;
    });
  }
  return fractions.map((_, p) => where(part, p));
}

/** Cross-validation over users: every user's rows test in exactly one of `folds` folds and train in the others. */
export function userFolds(
  users: ArrayLike<number>,
  folds: number,
  seed: number,
): { train: Int32Array; test: Int32Array }[] {
  const known = Int32Array.from(new Set(Array.from(users))).sort();
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= known.length)) {
    throw new HeedError(
      "split",
      `${folds} folds of ${known.length} users`,
      `give a whole number of folds from 2 to ${known.length}`,
    );
  }
  shuffle(known, random(seed, "user-folds"));
  const foldOf = new Map(Array.from(known, (user, i) => [user, i % folds]));
  const fold = Int32Array.from(users, (user) => foldOf.get(user)!);
  return Array.from({ length: folds }, (_, f) => ({
    train: where(fold, f, false),
    test: where(fold, f),
  }));
}

function leave(
  users: ArrayLike<number>,
  count: LeftOut,
  order: (rows: Int32Array, user: number) => Int32Array,
): { train: Int32Array; test: Int32Array } {
  const tested = new Int32Array(users.length);
  for (const [user, rows] of rowsByUser(users)) {
    const left = typeof count === "number" ? count : count(rows.length);
    if (!(Number.isInteger(left) && left >= 1))
      throw new HeedError(
        "split",
        `${left} rows of user ${user} are to be left out`,
        "give a whole number from 1",
      );
    if (left >= rows.length) continue;
    for (const row of order(rows, user).subarray(-left)) tested[row] = 1;
  }
  return { train: where(tested, 0), test: where(tested, 1) };
}

function rowsByUser(users: ArrayLike<number>): Map<number, Int32Array> {
  const found = new Map<number, number[]>();
  for (let row = 0; row < users.length; row++) {
    const rows = found.get(users[row]!);
    if (rows) rows.push(row);
    else found.set(users[row]!, [row]);
  }
  return new Map(Array.from(found, ([user, rows]) => [user, Int32Array.from(rows)]));
}

function inTime(rows: Int32Array, times: ArrayLike<number>): Int32Array {
  const missing = rows.find((row) => Number.isNaN(times[row] ?? Number.NaN));
  if (missing !== undefined)
    throw new HeedError("split", `row ${missing} has no time`, "give each row a time, or use leaveRandom");
  return rows.sort((a, b) => times[a]! - times[b]! || a - b);
}

/** The places that hold a value, or do not. */
function where(values: Int32Array, wanted: number, equal = true): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if ((values[i] === wanted) === equal) found.push(i);
  return Int32Array.from(found);
}
