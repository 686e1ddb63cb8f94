import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** An array as the golden files hold it, row-major. */
export interface Values {
  shape: number[];
  data: number[];
}

/** One case of a golden file; see test/golden/README.md. */
export interface Golden {
  inputs: Record<string, Values>;
  parameters: Record<string, Values>;
  outputs: Record<string, Values>;
  loss: number;
  gradients: Record<string, Values>;
}

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8")) as T;
}

/** |found - wanted| / |wanted|, or |found| where the wanted array is all zeros. */
export function relativeError(found: ArrayLike<number>, wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  const norm = Math.hypot(...wanted);
  return Math.hypot(...wanted.map((value, i) => found[i]! - value)) / (norm > 1e-9 ? norm : 1);
}
