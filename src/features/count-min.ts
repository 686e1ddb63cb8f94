import { xxHash32 } from "./xxhash.js";

const depth = 6;
const width = 2 ** 15;

/** How often each value was added, never too low, in 1.5 MiB: a count-min sketch of 6 rows of 2^15 counters. */
export interface CountSketch {
  /** Adds a value so many times and returns the new estimate of its count. */
  add(value: string, times: number): number;
  /** Too high by more than 2 / 2^15 of all that was added with probability 2^-6 at most. */
  estimate(value: string): number;
}

/** An empty sketch. Cormode and Muthukrishnan 2005. */
export function countSketch(): CountSketch {
  const counts = new Float64Array(depth * width);
  const encoder = new TextEncoder();

  function places(value: string): number[] {
    const bytes = encoder.encode(value);
    return Array.from({ length: depth }, (_, row) => row * width + (xxHash32(bytes, row) & (width - 1)));
  }

  return {
    add(value, times) {
      let least = Number.POSITIVE_INFINITY;
      for (const place of places(value)) {
        counts[place]! += times;
        least = Math.min(least, counts[place]!);
      }
      return least;
    },
    estimate: (value) => Math.min(...places(value).map((place) => counts[place]!)),
  };
}
