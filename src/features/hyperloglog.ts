import { xxHash32 } from "./xxhash.js";

/** Bits of the hash that choose a register. */
const indexBits = 19;
const registerCount = 2 ** indexBits;
/** Linear counting is the better estimate up to 2.5 values a register (Flajolet et al. 2007); raw HyperLogLog beyond. */
const linearUpTo = 2.5 * registerCount;
const bias = 0.7213 / (1 + 1.079 / registerCount);

/** How many different values were added, in 512 KiB: HyperLogLog with 2^19 registers over xxHash32. */
export interface DistinctSketch {
  add(value: string): void;
  estimate(): number;
}

/**
 * An empty sketch. Standard error about 0.15 %, and 0.02 kept by a wide margin up to about a hundred million values, where
 * a hash of 32 bits begins to repeat.
 */
export function distinctSketch(): DistinctSketch {
  const registers = new Uint8Array(registerCount);
  const encoder = new TextEncoder();
  return {
    add(value) {
      const hash = xxHash32(encoder.encode(value));
      const index = hash & (registerCount - 1);
      // The place of the first 1 among the bits that are left, from the left and from 1; 14 when there is none.
      const rank = Math.clz32(hash >>> indexBits) - indexBits + 1;
      if (rank > registers[index]!) registers[index] = rank;
    },
    estimate() {
      let empty = 0;
      let harmonic = 0;
      for (const rank of registers) {
        if (rank === 0) empty++;
        harmonic += 2 ** -rank;
      }
      const linear = empty === 0 ? Number.POSITIVE_INFINITY : registerCount * Math.log(registerCount / empty);
      if (linear <= linearUpTo) return Math.round(linear);
      return Math.round((bias * registerCount ** 2) / harmonic);
    },
  };
}
