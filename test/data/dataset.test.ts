import { describe, expect, test } from "vitest";
import { HeedError } from "../../src/core/errors.js";
import {
  type Column,
  column,
  concatenate,
  createDataset,
  fieldBatch,
  fieldMatrix,
  fingerprint,
  ragged,
  take,
} from "../../src/data/index.js";

const categorical = (values: number[], size: number): Column => ({
  kind: "categorical",
  values: Int32Array.from(values),
  size,
});
const numeric = (values: number[]): Column => ({ kind: "numeric", values: Float32Array.from(values) });

const clicks = createDataset("clicks", {
  user: categorical([1, 2, 1], 4),
  item: categorical([3, 0, 2], 5),
  label: numeric([1, 0, 1]),
  history: ragged([[1, 2], [], [4]], 5),
});

describe("a data set refuses", () => {
  const cases: [string, Record<string, Column>, string, RegExp][] = [
    ["no columns", {}, "empty", /bad has no rows/],
    ["no rows", { x: numeric([]) }, "empty", /bad has no rows/],
    [
      "columns of different lengths",
      { x: numeric([1, 2]), y: numeric([1]) },
      "column-length",
      /"y" has 1 rows and column "x" has 2/,
    ],
    ["a number that is none", { x: numeric([1, Number.NaN]) }, "not-finite", /"x" is NaN in row 1/],
    ["an infinite number", { x: numeric([Infinity]) }, "not-finite", /"x" is Infinity in row 0/],
    ["an id beyond the size", { x: categorical([0, 3], 3) }, "unknown-id", /"x" has id 3 at position 1/],
    ["a negative id", { x: categorical([-1], 3) }, "unknown-id", /"x" has id -1/],
    [
      "padding inside a sequence",
      { x: { kind: "sequence", values: Int32Array.of(1, 0), offsets: Int32Array.of(0, 2), size: 3 } },
      "unknown-id",
      /id 0 at position 1/,
    ],
    [
      "offsets that fall",
      { x: { kind: "sequence", values: Int32Array.of(1, 2), offsets: Int32Array.of(0, 2, 1, 2), size: 3 } },
      "offsets",
      /offset 2 is 1, after 2/,
    ],
    [
      "offsets that end elsewhere",
      { x: { kind: "sequence", values: Int32Array.of(1, 2), offsets: Int32Array.of(0, 1), size: 3 } },
      "offsets",
      /from 0 to 1 over 2 values/,
    ],
  ];
  test.each(cases)("%s", (_, columns, code, message) => {
    const make = () => createDataset("bad", columns);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code }) as HeedError);
  });

  test("to guess at a column it does not have", () => {
    expect(() => column(clicks, "itm")).toThrow(/no column "itm"\n.*did you mean "item"/);
  });
});

describe("rows of a data set", () => {
  test("are taken in the order given, sizes kept", () => {
    const taken = take(clicks, [2, 0, 2]);
    expect(taken.length).toBe(3);
    expect(taken.columns.item).toEqual(categorical([2, 3, 2], 5));
    expect(taken.columns.label).toEqual(numeric([1, 1, 1]));
    expect(taken.columns.history).toEqual(ragged([[4], [1, 2], [4]], 5));
  });

  test("that are not there cannot be taken", () => {
    expect(() => take(clicks, [3])).toThrow(/no row 3\n.*0 to 2/);
    expect(() => take(clicks, [-1])).toThrow("no row -1");
    expect(() => take(clicks, [])).toThrow("no rows");
  });

  test("of a cut data set join to the whole again", () => {
    const whole = concatenate("clicks", [take(clicks, [0]), take(clicks, [1, 2])]);
    expect(whole).toEqual(clicks);
  });

  test("of different vocabularies do not join", () => {
    const a = createDataset("a", { item: categorical([1], 3) });
    const b = createDataset("b", { item: categorical([1], 4) });
    expect(() => concatenate("both", [a, b])).toThrow(
      /"item" is categorical of size 3 in a and categorical of size 4 in b/,
    );
    const c = createDataset("c", { item: ragged([[1]], 3) });
    expect(() => concatenate("both", [a, c])).toThrow(
      /categorical of size 3 in a and sequence of size 3 in c/,
    );
    expect(() => concatenate("both", [a, clicks])).toThrow(/dataset a has no column "user"/);
    expect(() => concatenate("both", [clicks, a])).toThrow(/dataset a has no column "user"/);
    expect(() => concatenate("none", [])).toThrow("nothing to make dataset none of");
  });
});

describe("a fingerprint", () => {
  test("is the SHA-256 of the columns, whatever their order and the data set's name", () => {
    expect(fingerprint(clicks)).toMatch(/^[0-9a-f]{64}$/);
    const { user, ...others } = clicks.columns;
    expect(fingerprint({ name: "other", length: 3, columns: { ...others, user: user! } })).toBe(
      fingerprint(clicks),
    );
  });

  test("changes with a value, a name, a kind, a size, a boundary between rows", () => {
    const one = (columns: Record<string, Column>) => fingerprint(createDataset("x", columns));
    const prints = [
      one({ x: categorical([0, 1], 2) }),
      one({ x: categorical([1, 1], 2) }),
      one({ x: categorical([0, 1], 3) }),
      one({ y: categorical([0, 1], 2) }),
      one({ x: numeric([0, 1]) }),
      one({ x: ragged([[1], [1, 1]]) }),
      one({ x: ragged([[1, 1], [1]]) }),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe("fields for a click model", () => {
  const matrix = fieldMatrix(clicks, ["user", "item"]);

  test("each have a range of ids of their own", () => {
    expect(matrix.ids).toEqual(Int32Array.of(1, 4 + 3, 2, 4 + 0, 1, 4 + 2));
  });

  test("come in batches of chosen rows", () => {
    expect(fieldBatch(matrix, Int32Array.of(2, 0))).toEqual({
      fields: { data: Int32Array.of(1, 6, 1, 7), shape: [2, 2] },
      label: { data: Float32Array.of(1, 1), shape: [2] },
    });
  });

  test("must be categorical, and the label numeric", () => {
    expect(() => fieldMatrix(clicks, ["history"])).toThrow('column "history" is sequence');
    expect(() => fieldMatrix(clicks, ["user"], "item")).toThrow('label "item" is categorical');
    expect(() => fieldMatrix(clicks, ["usr"])).toThrow(HeedError);
  });
});
