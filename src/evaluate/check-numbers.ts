import { HeedError } from "../core/errors.js";

/** Refuses an array with a value that is not a finite number, naming the metric, the array and the place. */
export function checkFinite(metric: string, called: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new HeedError(
      "metric",
      `${metric}: ${called}[${i}] is ${values[i]}`,
      "give finite numbers; leave out what is unknown",
    );
  }
}

/** Refuses arrays that should hold one value for each of the same things and do not. */
export function checkPaired(metric: string, arrays: Readonly<Record<string, ArrayLike<number>>>): void {
  const entries = Object.entries(arrays);
  const [first, length] = [entries[0]![0], entries[0]![1].length];
  if (length === 0) throw new HeedError("metric", `${metric}: ${first} is empty`, "give at least one value");
  for (const [called, values] of entries) {
    if (values.length === length) continue;
    throw new HeedError(
      "metric",
      `${metric}: ${length} ${first} and ${values.length} ${called}`,
      "give arrays of one length, in the same order",
    );
  }
}

/** Refuses a number outside the range a parameter has. */
export function checkWithin(metric: string, called: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new HeedError("metric", `${metric}: ${called} is ${value}`, `give a number in [${low}, ${high}]`);
}

/** Refuses a count that is not a whole number of at least `least`. */
export function checkCount(metric: string, called: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new HeedError("metric", `${metric}: ${called} is ${value}`, `give a whole number from ${least}`);
}
