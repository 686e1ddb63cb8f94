import { HeedError } from "../core/errors.js";
import { random, shuffle } from "../core/random.js";
import type { SequenceColumn } from "./dataset.js";
import { ragged, row, rowsOf } from "./sequences.js";

/**
 * Cuts row numbers into consecutive parts of the given fractions, earliest first. Rows are ordered by (time, row number),
 * so rows of one time may fall on both sides of a boundary: the later rows go to the later part. Fractions may sum to
 * less than 1; the last rows are then left out.
 */
export function splitByTime(times: ArrayLike<number>, fractions: readonly number[]): Int32Array[] {
  const order = count(times.length);
  const missing = order.find((i) => Number.isNaN(times[i]!));
  if (missing !== undefined) {
    throw new HeedError("split", `row ${missing} has no time`, "give each row a time, or use splitRandom");
  }
  return cut(
    order.sort((a, b) => times[a]! - times[b]! || a - b),
    fractions,
  );
}

/** Cuts 0..length-1 at random, the same way for the same seed. On timed data this leaks the future: see `splitByTime`. */
export function splitRandom(length: number, fractions: readonly number[], seed: number): Int32Array[] {
  const order = count(length);
  shuffle(order, random(seed, "split"));
  return cut(order, fractions);
}

/**
 * Cuts rows so that all rows of a user fall into one part. The fractions are of users, not of rows; who goes where
 * depends on the set of users and the seed alone. Rows keep their order.
 */
export function splitByUser(
  users: ArrayLike<number>,
  fractions: readonly number[],
  seed: number,
): Int32Array[] {
  const order = Int32Array.from(new Set(Array.from(users))).sort();
  shuffle(order, random(seed, "split-users"));
  const partOf = new Map<number, number>();
  cut(order, fractions).forEach((part, p) => {
    for (const user of part) partOf.set(user, p);
  });
  const rows = count(users.length);
  return fractions.map((_, p) => rows.filter((i) => partOf.get(users[i]!) === p));
}

/**
 * Leave-one-out: the last id of each row is its test target, the one before it its validation target, the rest trains.
 * A row of fewer than three ids trains whole and has targets 0, which no metric counts. Arrays run over all rows.
 */
export function leaveOneOut(column: SequenceColumn): {
  train: SequenceColumn;
  validation: Int32Array;
  test: Int32Array;
} {
  const rows = rowsOf(column);
  const validation = new Int32Array(rows);
  const test = new Int32Array(rows);
  const train = Array.from({ length: rows }, (_, i) => {
    const ids = row(column, i);
    if (ids.length < 3) return ids;
    validation[i] = ids.at(-2)!;
    test[i] = ids.at(-1)!;
    return ids.subarray(0, -2);
  });
  return { train: ragged(train, column.size), validation, test };
}

function count(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}

/** Cuts an order of rows into consecutive parts of the given fractions. */
export function cut(order: Int32Array, fractions: readonly number[]): Int32Array[] {
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  // A little over 1 is the rounding of fractions such as 0.7 + 0.2 + 0.1.
  if (fractions.length === 0 || !fractions.every((fraction) => fraction >= 0) || !(sum <= 1 + 1e-9)) {
    throw new HeedError(
      "split",
      `the fractions are [${fractions.join(", ")}]`,
      "give numbers from 0 that sum to at most 1",
    );
  }
  let share = 0;
  let start = 0;
  return fractions.map((fraction) => {
    share += fraction;
    const end = Math.round(Math.min(1, share) * order.length);
    const part = order.subarray(start, end);
    start = end;
    return part;
  });
}
