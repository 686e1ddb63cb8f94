import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches, type CategoricalColumn, gatherColumn, type NumericColumn } from "../../src/data/index.js";

const all = (length: number, options: Parameters<typeof batches>[1]) =>
  [...batches(length, options)].map((rows) => [...rows]);

describe("the batches of an epoch", () => {
  test("hold every row once, all but the last being full", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 50 }), fc.nat(), (length, batchSize, seed) => {
        const epoch = all(length, { batchSize, seed, epoch: 0 });
        expect(epoch.flat().sort((a, b) => a - b)).toEqual([...Array(length).keys()]);
        expect(epoch.slice(0, -1).every((rows) => rows.length === batchSize)).toBe(true);
        expect(all(length, { batchSize, seed, epoch: 0, dropLast: true })).toEqual(
          epoch.filter((rows) => rows.length === batchSize),
        );
      }),
    );
  });

  test("depend on the seed and the epoch alone, so training resumes where it stopped", () => {
    const third = all(50, { batchSize: 8, seed: 3, epoch: 2 });
    for (const epoch of [0, 1]) expect(all(50, { batchSize: 8, seed: 3, epoch })).not.toEqual(third);
    expect(all(50, { batchSize: 8, seed: 4, epoch: 2 })).not.toEqual(third);
    expect(all(50, { batchSize: 8, seed: 3, epoch: 2 })).toEqual(third);
    expect(all(50, { batchSize: 10, seed: 3, epoch: 2 }).flat()).toEqual(third.flat());
  });

  test("are in row order without a shuffle", () => {
    expect(all(5, { batchSize: 2, seed: 1, epoch: 0, shuffle: false })).toEqual([[0, 1], [2, 3], [4]]);
  });

  test.each([0, -1, 1.5, Number.NaN])("cannot be of size %d", (batchSize) => {
    expect(() => all(5, { batchSize, seed: 1, epoch: 0 })).toThrow(/batchSize is/);
  });
});

describe("gathering", () => {
  const item: CategoricalColumn = { kind: "categorical", values: Int32Array.of(5, 6, 7), size: 8 };
  const price: NumericColumn = { kind: "numeric", values: Float32Array.of(0.5, 1.5, 2.5) };

  test("copies chosen rows", () => {
    expect(gatherColumn(item, [2, 0])).toEqual(Int32Array.of(7, 5));
    expect(gatherColumn(price, Int32Array.of(1, 1, 0))).toEqual(Float32Array.of(1.5, 1.5, 0.5));
  });

  test("reuses an array that is long enough", () => {
    const out = new Int32Array(3);
    const gathered = gatherColumn(item, [1, 2], out);
    expect(gathered).toEqual(Int32Array.of(6, 7));
    expect(gathered.buffer).toBe(out.buffer);
    expect(gatherColumn(item, [0, 1, 2], out)).toBe(out);
  });

  test("refuses a row there is not", () =>
    expect(() => gatherColumn(item, [3])).toThrow(/no row 3\n.*0 to 2/));
});
