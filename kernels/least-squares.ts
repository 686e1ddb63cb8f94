import { add, all, mul, sub } from "./lanes";
import { read, rowAt, wordAt } from "./words";

/**
 * Moves each row x of `rows` [count, dim] by `steps` conjugate gradient steps towards the solution of
 *   (gram + sum_k q_k q_k' + penalties[row] I) x = sum_k q_k,
 * where q_k are the rows of `others` that ids[starts[row]] .. ids[starts[row + 1] - 1] name. `gram` is [dim, dim],
 * `scratch` holds 3 dim numbers. `dim` must be a multiple of 4.
 */
export function solve(
  ids: usize,
  starts: usize,
  count: usize,
  dim: usize,
  others: usize,
  gram: usize,
  penalties: usize,
  steps: usize,
  scratch: usize,
  rows: usize,
): void {
  const residual = scratch;
  const direction = wordAt(scratch, dim);
  const product = wordAt(direction, dim);
  for (let row: usize = 0; row < count; row++) {
    const x = rowAt(rows, row, 0, dim);
    const begin = wordAt(ids, read(starts, row));
    const end = wordAt(ids, read(starts, row + 1));
    const penalty = load<f32>(wordAt(penalties, row));
    multiply(gram, dim, x, penalty, residual);
    negate(residual, dim);
    for (let at = begin; at < end; at += 4) {
      const q = rowAt(others, load<u32>(at), 0, dim);
      accumulate(q, 1 - dot(q, x, dim), residual, dim);
    }
    copy(residual, direction, dim);
    let square = dot(residual, residual, dim);
    for (let step: usize = 0; step < steps && square > 1e-12; step++) {
      multiply(gram, dim, direction, penalty, product);
      for (let at = begin; at < end; at += 4) {
        const q = rowAt(others, load<u32>(at), 0, dim);
        accumulate(q, dot(q, direction, dim), product, dim);
      }
      const length = square / dot(direction, product, dim);
      accumulate(direction, length, x, dim);
      accumulate(product, -length, residual, dim);
      const next = dot(residual, residual, dim);
      turn(residual, next / square, direction, dim);
      square = next;
    }
  }
}

/** out = (gram + penalty I) x */
function multiply(gram: usize, dim: usize, x: usize, penalty: f32, out: usize): void {
  const end = wordAt(x, dim);
  let row = gram;
  for (let at = x; at < end; at += 4, out += 4) {
    store<f32>(out, dot(row, x, dim) + penalty * load<f32>(at));
    row = wordAt(row, dim);
  }
}

function dot(a: usize, b: usize, dim: usize): f32 {
  const end = wordAt(a, dim);
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  for (; a + 32 <= end; a += 32, b += 32) {
    even = add<v128>(even, mul<v128>(v128.load(a), v128.load(b)));
    odd = add<v128>(odd, mul<v128>(v128.load(a, 16), v128.load(b, 16)));
  }
  if (a < end) even = add<v128>(even, mul<v128>(v128.load(a), v128.load(b)));
  const both = add<v128>(even, odd);
  return (
    f32x4.extract_lane(both, 0) +
    f32x4.extract_lane(both, 1) +
    (f32x4.extract_lane(both, 2) + f32x4.extract_lane(both, 3))
  );
}

/** to += factor * from */
function accumulate(from: usize, factor: f32, to: usize, dim: usize): void {
  const end = wordAt(from, dim);
  const factors = all<v128>(factor);
  for (; from < end; from += 16, to += 16)
    v128.store(to, add<v128>(v128.load(to), mul<v128>(factors, v128.load(from))));
}

/** direction = residual + factor * direction */
function turn(residual: usize, factor: f32, direction: usize, dim: usize): void {
  const end = wordAt(residual, dim);
  const factors = all<v128>(factor);
  for (; residual < end; residual += 16, direction += 16)
    v128.store(direction, add<v128>(v128.load(residual), mul<v128>(factors, v128.load(direction))));
}

function negate(values: usize, dim: usize): void {
  const end = wordAt(values, dim);
  for (; values < end; values += 16) v128.store(values, sub<v128>(f32x4.splat(0), v128.load(values)));
}

function copy(from: usize, to: usize, dim: usize): void {
  memory.copy(to, from, wordAt(0, dim));
}
