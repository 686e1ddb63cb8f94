import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pad, ragged, row, rowsOf } from "../../src/data/index.js";

const lists = [[1, 2, 3], [], [4]];

describe("a ragged column", () => {
  test("gives its lists back", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 1000 }))), (any) => {
        const column = ragged(any);
        expect(Array.from({ length: rowsOf(column) }, (_, i) => [...row(column, i)])).toEqual(any);
        expect(column.size).toBe(Math.max(0, ...any.flat()) + 1);
      }),
    );
  });

  test.each([0, -1, 1.5, Number.NaN, 5])("refuses the id %d where ids are 1..4", (id) => {
    expect(() => ragged([[1], [2, id]], 5)).toThrow(new RegExp(`list 1 has the id ${id}`));
  });

  test.each([-1, 3, Number.NaN])("has no row %d", (index) => {
    expect(() => row(ragged(lists), index)).toThrow(/no row .*\n.*0 to 2/);
  });
});

describe("padding", () => {
  const column = ragged(lists);

  test("stands left of the ids, the last of which are kept", () => {
    expect(pad(column, [0, 1, 2], 2)).toEqual(Int32Array.of(2, 3, 0, 0, 0, 4));
  });

  test("stands right, or the first ids are kept, where asked", () => {
    expect(pad(column, [0, 2], 2, { side: "right" })).toEqual(Int32Array.of(2, 3, 4, 0));
    expect(pad(column, [0, 2], 2, { keep: "first" })).toEqual(Int32Array.of(1, 2, 0, 4));
  });

  test("to length 0 keeps nothing", () => expect(pad(column, [0], 0)).toHaveLength(0));
});
