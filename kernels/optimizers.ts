/**
 * One optimizer step on the rows `ids` of a table and of its slots, each with the gradient at the same place of
 * `gradients` [count, dim] times `scale`. `first` is the row that stands at the table's beginning. The order of
 * operations is that of the dense form of the same optimizer.
 */
import { add, all, div, largerOf, magnitude, mul, root, sub, withSign } from "./lanes";
import { read, rowAt, wordAt } from "./words";

export function sgd(
  ids: usize,
  count: usize,
  first: usize,
  dim: usize,
  gradients: usize,
  scale: f32,
  values: usize,
  rate: f32,
): void {
  for (let k: usize = 0; k < count; k++) {
    let value = rowAt(values, read(ids, k), first, dim);
    const end = wordAt(gradients, dim);
    for (; gradients + 16 <= end; gradients += 16, value += 16) sgdLane<v128>(gradients, scale, value, rate);
    for (; gradients < end; gradients += 4, value += 4) sgdLane<f32>(gradients, scale, value, rate);
  }
}

function sgdLane<T>(gradient: usize, scale: f32, value: usize, rate: f32): void {
  const g = mul<T>(load<T>(gradient), all<T>(scale));
  store<T>(value, sub<T>(load<T>(value), mul<T>(g, all<T>(rate))));
}

export function momentum(
  ids: usize,
  count: usize,
  first: usize,
  dim: usize,
  gradients: usize,
  scale: f32,
  values: usize,
  velocities: usize,
  rate: f32,
  momentum: f32,
): void {
  for (let k: usize = 0; k < count; k++) {
    const row = rowAt(0, read(ids, k), first, dim);
    let value = values + row;
    let velocity = velocities + row;
    const end = wordAt(gradients, dim);
    for (; gradients + 16 <= end; gradients += 16, value += 16, velocity += 16)
      momentumLane<v128>(gradients, scale, value, velocity, rate, momentum);
    for (; gradients < end; gradients += 4, value += 4, velocity += 4)
      momentumLane<f32>(gradients, scale, value, velocity, rate, momentum);
  }
}

function momentumLane<T>(
  gradient: usize,
  scale: f32,
  value: usize,
  velocity: usize,
  rate: f32,
  momentum: f32,
): void {
  const g = mul<T>(load<T>(gradient), all<T>(scale));
  const next = add<T>(mul<T>(load<T>(velocity), all<T>(momentum)), g);
  store<T>(velocity, next);
  store<T>(value, sub<T>(load<T>(value), mul<T>(next, all<T>(rate))));
}

/** Kingma & Ba 2015, algorithm 1. `correction` and `rootCorrection` undo the bias of the two means. */
export function adam(
  ids: usize,
  count: usize,
  first: usize,
  dim: usize,
  gradients: usize,
  scale: f32,
  values: usize,
  means: usize,
  squares: usize,
  rate: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  correction: f32,
  rootCorrection: f32,
  epsilon: f32,
  decay: f32,
): void {
  const size = rate * correction;
  const shrink = rate * decay;
  for (let k: usize = 0; k < count; k++) {
    const row = rowAt(0, read(ids, k), first, dim);
    let value = values + row;
    let mean = means + row;
    let square = squares + row;
    const end = wordAt(gradients, dim);
    for (; gradients + 16 <= end; gradients += 16, value += 16, mean += 16, square += 16)
      adamLane<v128>(
        gradients,
        scale,
        value,
        mean,
        square,
        size,
        beta1,
        rest1,
        beta2,
        rest2,
        rootCorrection,
        epsilon,
        shrink,
      );
    for (; gradients < end; gradients += 4, value += 4, mean += 4, square += 4)
      adamLane<f32>(
        gradients,
        scale,
        value,
        mean,
        square,
        size,
        beta1,
        rest1,
        beta2,
        rest2,
        rootCorrection,
        epsilon,
        shrink,
      );
  }
}

function adamLane<T>(
  gradient: usize,
  scale: f32,
  value: usize,
  mean: usize,
  square: usize,
  size: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  rootCorrection: f32,
  epsilon: f32,
  shrink: f32,
): void {
  const g = mul<T>(load<T>(gradient), all<T>(scale));
  const m = add<T>(mul<T>(load<T>(mean), all<T>(beta1)), mul<T>(g, all<T>(rest1)));
  const v = add<T>(mul<T>(load<T>(square), all<T>(beta2)), mul<T>(mul<T>(g, g), all<T>(rest2)));
  store<T>(mean, m);
  store<T>(square, v);
  const w = load<T>(value);
  const kept = sub<T>(w, mul<T>(w, all<T>(shrink)));
  const denominator = add<T>(mul<T>(root<T>(v), all<T>(rootCorrection)), all<T>(epsilon));
  store<T>(value, sub<T>(kept, div<T>(mul<T>(m, all<T>(size)), denominator)));
}

/** Duchi et al. 2011. */
export function adagrad(
  ids: usize,
  count: usize,
  first: usize,
  dim: usize,
  gradients: usize,
  scale: f32,
  values: usize,
  squares: usize,
  rate: f32,
  epsilon: f32,
): void {
  for (let k: usize = 0; k < count; k++) {
    const row = rowAt(0, read(ids, k), first, dim);
    let value = values + row;
    let square = squares + row;
    const end = wordAt(gradients, dim);
    for (; gradients + 16 <= end; gradients += 16, value += 16, square += 16)
      adagradLane<v128>(gradients, scale, value, square, rate, epsilon);
    for (; gradients < end; gradients += 4, value += 4, square += 4)
      adagradLane<f32>(gradients, scale, value, square, rate, epsilon);
  }
}

function adagradLane<T>(
  gradient: usize,
  scale: f32,
  value: usize,
  square: usize,
  rate: f32,
  epsilon: f32,
): void {
  const g = mul<T>(load<T>(gradient), all<T>(scale));
  const next = add<T>(load<T>(square), mul<T>(g, g));
  store<T>(square, next);
  const change = div<T>(mul<T>(g, all<T>(rate)), add<T>(root<T>(next), all<T>(epsilon)));
  store<T>(value, sub<T>(load<T>(value), change));
}

/** FTRL-proximal, McMahan et al. 2013, algorithm 1. */
export function ftrl(
  ids: usize,
  count: usize,
  first: usize,
  dim: usize,
  gradients: usize,
  scale: f32,
  values: usize,
  squares: usize,
  linears: usize,
  rate: f32,
  l1: f32,
  l2: f32,
  beta: f32,
): void {
  for (let k: usize = 0; k < count; k++) {
    const row = rowAt(0, read(ids, k), first, dim);
    let value = values + row;
    let square = squares + row;
    let linear = linears + row;
    const end = wordAt(gradients, dim);
    for (; gradients + 16 <= end; gradients += 16, value += 16, square += 16, linear += 16)
      ftrlLane<v128>(gradients, scale, value, square, linear, rate, l1, l2, beta);
    for (; gradients < end; gradients += 4, value += 4, square += 4, linear += 4)
      ftrlLane<f32>(gradients, scale, value, square, linear, rate, l1, l2, beta);
  }
}

function ftrlLane<T>(
  gradient: usize,
  scale: f32,
  value: usize,
  square: usize,
  linear: usize,
  rate: f32,
  l1: f32,
  l2: f32,
  beta: f32,
): void {
  const g = mul<T>(load<T>(gradient), all<T>(scale));
  const before = load<T>(square);
  const squared = mul<T>(g, g);
  const next = add<T>(before, squared);
  const nextRoot = root<T>(next);
  // The paper's difference of the two roots, which float32 would cancel away, as a quotient.
  const roots = largerOf<T>(add<T>(nextRoot, root<T>(before)), all<T>(f32.MIN_NORMAL_VALUE));
  const sigma = div<T>(div<T>(squared, roots), all<T>(rate));
  const z = sub<T>(add<T>(load<T>(linear), g), mul<T>(sigma, load<T>(value)));
  store<T>(square, next);
  store<T>(linear, z);
  const beyond = largerOf<T>(sub<T>(magnitude<T>(z), all<T>(l1)), all<T>(0));
  const strength = add<T>(div<T>(add<T>(nextRoot, all<T>(beta)), all<T>(rate)), all<T>(l2));
  store<T>(value, div<T>(sub<T>(all<T>(0), withSign<T>(beyond, z)), strength));
}
