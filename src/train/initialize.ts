import { type Random, random } from "../core/random.js";
import type { Initializer } from "../tensor/index.js";

/** Fills an array with an initializer's draws from the stream (seed, "initial", name). */
export function initialize(
  values: Float32Array,
  initializer: Initializer,
  shape: readonly number[],
  seed: number,
  name: string,
): void {
  drawInitial(values, initializer, shape, random(seed, "initial", name));
}

/** Fills a part of an array of the given shape with an initializer's next draws. */
export function drawInitial(
  values: Float32Array,
  initializer: Initializer,
  shape: readonly number[],
  source: Random,
): void {
  if (initializer.kind === "constant") {
    values.fill(initializer.value);
    return;
  }
  if (initializer.kind === "uniform") {
    for (let i = 0; i < values.length; i++) values[i] = (source.uniform() * 2 - 1) * initializer.bound;
    return;
  }
  const fans = (shape.at(-2) ?? 1) + (shape.at(-1) ?? 1);
  const deviation = initializer.kind === "normal" ? initializer.deviation : Math.sqrt(2 / fans);
  for (let i = 0; i < values.length; i++) values[i] = source.normal() * deviation;
}
