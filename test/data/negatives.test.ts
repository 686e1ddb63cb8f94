import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import {
  inBatchNegatives,
  type KnownItems,
  popularityNegatives,
  uniformNegatives,
} from "../../src/data/index.js";

const draws = 40_000;

/** The largest distance, in standard errors, of a share drawn from the share wanted. */
function worst(items: Int32Array, wanted: readonly number[]): number {
  const total = wanted.reduce((a, b) => a + b, 0);
  const counts = new Array<number>(wanted.length).fill(0);
  for (const item of items) counts[item - 1]!++;
  return Math.max(
    ...wanted.map((weight, i) => {
      const p = weight / total;
      if (p === 0) return counts[i] === 0 ? 0 : Infinity;
      return p === 1 ? 0 : Math.abs(counts[i]! / items.length - p) / Math.sqrt((p * (1 - p)) / items.length);
    }),
  );
}

describe("negatives", () => {
  test("drawn uniformly are all alike", () => {
    expect(worst(uniformNegatives(5)(draws, random(1)), [1, 1, 1, 1, 1])).toBeLessThan(4);
  });

  test.each([0.75, 1, 0])(
    "drawn by popularity follow count^%d, and never an item nobody has had",
    (power) => {
      const counts = [0, 1, 16, 0, 81, 2];
      const wanted = counts.slice(1).map((count) => (count === 0 ? 0 : count ** power));
      expect(worst(popularityNegatives(counts, power)(draws, random(2)), wanted)).toBeLessThan(4);
    },
  );

  test("never are excluded items; the others keep their proportions, even when what is excluded is nearly all", () => {
    const counts = [0, 1e6, 3, 1, 1e6];
    const exclude = Int32Array.of(1, 4);
    expect(worst(popularityNegatives(counts, 1)(draws / 10, random(3), exclude), [0, 3, 1, 0])).toBeLessThan(
      4,
    );
    expect(worst(uniformNegatives(4)(draws, random(3), new Set([2])), [1, 0, 1, 1])).toBeLessThan(4);
  });

  test("of a set and of the same items as a sorted array are the same", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 19 }),
        fc.nat(),
        (known, seed) => {
          const sample = uniformNegatives(20);
          const fromSet = sample(30, random(seed), new Set(known));
          expect(sample(30, random(seed), Int32Array.from(known).sort())).toEqual(fromSet);
          for (const item of fromSet) expect(known).not.toContain(item);
        },
      ),
    );
  });

  test.each<[string, KnownItems]>([
    ["a set", new Set([1, 2, 3])],
    ["a sorted array", Int32Array.of(1, 2, 3)],
  ])("are an error, not an endless loop, when %s excludes the whole catalogue", (_, known) => {
    expect(() => uniformNegatives(3)(1, random(1), known)).toThrow(
      /cover all .* 3 items\n.*leave this row out/,
    );
    expect(() => popularityNegatives([0, 1, 1, 1, 0])(1, random(1), known)).toThrow("cover all");
  });

  test("are still drawn when as many items as the catalogue has are excluded, but others", () => {
    expect([...uniformNegatives(2)(3, random(1), new Set([1, 8, 9]))]).toEqual([2, 2, 2]);
  });

  test("refuse a catalogue of nothing, bad counts and unsorted items", () => {
    expect(() => uniformNegatives(0)).toThrow("0 items");
    expect(() => popularityNegatives([0, 0])).toThrow("every item has count 0");
    expect(() => popularityNegatives([])).toThrow("every item has count 0");
    for (const bad of [-1, Number.NaN, Infinity])
      expect(() => popularityNegatives([0, 1, bad])).toThrow(`item 2 has count ${bad}`);
    expect(() => uniformNegatives(9)(1, random(1), Int32Array.of(3, 1))).toThrow("not in rising order");
  });
});

describe("negatives of the batch", () => {
  test("are the other rows' items, but not the row's own in another row, nor excluded ones", () => {
    const mask = inBatchNegatives(Int32Array.of(7, 8, 7), (row) => (row === 1 ? undefined : new Set([9])));
    expect([...mask]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
    const excluded = inBatchNegatives(Int32Array.of(1, 2, 3), (row) =>
      row === 0 ? Int32Array.of(3) : undefined,
    );
    expect([...excluded]).toEqual([0, 1, 0, 1, 0, 1, 1, 1, 0]);
  });

  test("are an error when a row has none", () => {
    expect(() => inBatchNegatives(Int32Array.of(4, 4))).toThrow("row 0 of the batch has no negative");
    expect(() => inBatchNegatives(Int32Array.of(4, 5), () => new Set([4]))).toThrow("row 1 of the batch");
  });
});
