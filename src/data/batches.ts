import { random, shuffle } from "../core/random.js";

/** The row numbers of each batch of one epoch. The order depends on (seed, epoch) alone, so a resumed run repeats it. */
export function* batches(
  length: number,
  options: { batchSize: number; seed: number; epoch: number; shuffle?: boolean },
): Generator<Int32Array> {
  const order = Int32Array.from({ length }, (_, i) => i);
  if (options.shuffle ?? true) shuffle(order, random(options.seed, "shuffle", options.epoch));
  for (let start = 0; start < length; start += options.batchSize) {
    yield order.subarray(start, Math.min(length, start + options.batchSize));
  }
}

/** Cuts 0..length-1 into consecutive parts of the given fractions, in the order of `times` (ties keep row order). */
export function splitByTime(times: ArrayLike<number>, fractions: readonly number[]): Int32Array[] {
  const order = Int32Array.from({ length: times.length }, (_, i) => i).sort(
    (a, b) => times[a]! - times[b]! || a - b,
  );
  return cut(order, fractions);
}

/** Cuts 0..length-1 at random, the same way for the same seed. */
export function splitRandom(length: number, fractions: readonly number[], seed: number): Int32Array[] {
  const order = Int32Array.from({ length }, (_, i) => i);
  shuffle(order, random(seed, "split"));
  return cut(order, fractions);
}

function cut(order: Int32Array, fractions: readonly number[]): Int32Array[] {
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
