import { random } from "../core/random.js";
import type { Feature } from "./derive.js";

/** Cardinalities of the five columns of noise: a feature that scores less than the best of them tells nothing. */
const cardinalities = [2, 10, 100, 1_000, 5_000] as const;

/** Columns drawn at random for one batch. */
export function controls(length: number, seed: number, batch: number): Feature[] {
  return cardinalities.map((cardinality) => {
    const source = random(seed, "control", cardinality, batch);
    return {
      name: `noise of ${cardinality}`,
      kind: "control",
      parts: [],
      column: { codes: Int32Array.from({ length }, () => source.integer(cardinality)), size: cardinality },
    };
  });
}
