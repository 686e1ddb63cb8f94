import type { Random } from "../../core/random.js";

/** Draws whole numbers from 0 on, number i as often as 1 / (i + 1)^exponent has it. */
export function zipf(size: number, exponent: number): (source: Random) => number {
  const cumulative = new Float64Array(size);
  let total = 0;
  for (let i = 0; i < size; i++) {
    total += (i + 1) ** -exponent;
    cumulative[i] = total;
  }
  return (source) => firstAtLeast(cumulative, source.uniform() * total);
}

/** The first place of a rising array that holds at least `wanted`, or the last place. */
function firstAtLeast(rising: Float64Array, wanted: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
