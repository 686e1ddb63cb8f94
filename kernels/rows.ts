import { add, all, mul } from "./lanes";
import { read, rowAt, wordAt } from "./words";

/** Copies the rows named by `ids` one after another into `out` [count, dim]. */
export function gather(ids: usize, count: usize, first: usize, dim: usize, table: usize, out: usize): void {
  for (let k: usize = 0; k < count; k++) {
    let from = rowAt(table, read(ids, k), first, dim);
    const end = wordAt(out, dim);
    for (; out + 16 <= end; out += 16, from += 16) v128.store(out, v128.load(from));
    for (; out < end; out += 4, from += 4) store<f32>(out, load<f32>(from));
  }
}

/**
 * Reads one number of every cache line of the rows named by `ids`. Nothing waits for these reads, so many are under
 * way at once; an optimizer's step on the same rows then finds them in the cache. Returns their disjunction, so that
 * no compiler leaves the reads out.
 */
export function touch(ids: usize, count: usize, first: usize, dim: usize, table: usize): u32 {
  let seen: u32 = 0;
  for (let k: usize = 0; k < count; k++) {
    const row = rowAt(table, read(ids, k), first, dim);
    const end = wordAt(row, dim);
    for (let at = row; at < end; at += 64) seen |= load<u32>(at);
  }
  return seen;
}

/**
 * Sums the rows of `upstream` [., dim] that belong together: those at order[starts[k]] .. order[starts[k + 1] - 1]
 * become row k of `out` [count, dim]. They are added in that order, whatever the width of the arithmetic.
 */
export function sum(
  order: usize,
  starts: usize,
  count: usize,
  dim: usize,
  upstream: usize,
  out: usize,
): void {
  const bytes = wordAt(0, dim);
  for (let k: usize = 0; k < count; k++, out += bytes) {
    const begin = wordAt(order, read(starts, k));
    const end = wordAt(order, read(starts, k + 1));
    let column: usize = 0;
    for (; column + 64 <= bytes; column += 64) sumLine(begin, end, upstream + column, bytes, out + column);
    for (; column + 16 <= bytes; column += 16)
      sumLane<v128>(begin, end, upstream + column, bytes, out + column);
    for (; column < bytes; column += 4) sumLane<f32>(begin, end, upstream + column, bytes, out + column);
  }
}

/** Sixteen columns at once: four sums that do not wait for one another. */
function sumLine(begin: usize, end: usize, upstream: usize, bytes: usize, out: usize): void {
  let from = upstream + read(begin, 0) * bytes;
  let a = v128.load(from);
  let b = v128.load(from, 16);
  let c = v128.load(from, 32);
  let d = v128.load(from, 48);
  for (let at = begin + 4; at < end; at += 4) {
    from = upstream + read(at, 0) * bytes;
    a = add<v128>(a, v128.load(from));
    b = add<v128>(b, v128.load(from, 16));
    c = add<v128>(c, v128.load(from, 32));
    d = add<v128>(d, v128.load(from, 48));
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
}

function sumLane<T>(begin: usize, end: usize, upstream: usize, bytes: usize, out: usize): void {
  let total = load<T>(upstream + read(begin, 0) * bytes);
  for (let at = begin + 4; at < end; at += 4) total = add<T>(total, load<T>(upstream + read(at, 0) * bytes));
  store<T>(out, total);
}

/** Adds `penalty` times `rows` to `gradients`, both of `length` numbers. */
export function penalize(gradients: usize, rows: usize, length: usize, penalty: f32): void {
  const end = wordAt(gradients, length);
  for (; gradients + 16 <= end; gradients += 16, rows += 16) penalizeLane<v128>(gradients, rows, penalty);
  for (; gradients < end; gradients += 4, rows += 4) penalizeLane<f32>(gradients, rows, penalty);
}

function penalizeLane<T>(gradient: usize, row: usize, penalty: f32): void {
  store<T>(gradient, add<T>(load<T>(gradient), mul<T>(load<T>(row), all<T>(penalty))));
}

/** The sum of squares of `length` numbers, in float64: numbers at even and at odd places apart, then together. */
export function squares(values: usize, length: usize): f64 {
  const end = wordAt(values, length);
  let even: f64 = 0;
  let odd: f64 = 0;
  for (; values + 8 <= end; values += 8) {
    const a = <f64>load<f32>(values);
    const b = <f64>load<f32>(values, 4);
    even += a * a;
    odd += b * b;
  }
  if (values < end) {
    const a = <f64>load<f32>(values);
    even += a * a;
  }
  return even + odd;
}
