import { describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { multiQueryBlock, windowAttention } from "../../../src/models/sequential/multi-query.js";
import { windowMeans } from "../../../src/models/sequential/window-means.js";
import {
  compile,
  constant,
  type Declarations,
  input,
  type Layers,
  layers,
  rootScope,
  type Tensor,
  typedArray,
  type Value,
} from "../../../src/tensor/index.js";
import { evaluate, gradientError, gradientErrorAt } from "../../support/gradient-check.js";

/** One sequence [1, length, dim], and which of its positions are real. */
function sequence(rows: readonly (readonly number[])[]): { x: Tensor; real: Tensor } {
  const x = constant("float64", [1, rows.length, rows[0]!.length], rows.flat());
  return { x, real: realOf(x) };
}

const realOf = (x: Tensor) => x.abs().sum(-1).greater(0);

function scopeOf(): { nn: Layers; declared: Declarations } {
  const scope = rootScope({ training: false, seed: 1, embeddings: "exact", dtype: "float64" });
  return { nn: layers(scope), declared: scope.declared };
}

type Fill = (name: string, shape: readonly number[], at: number) => number;

/** Identity matrices, and norms that change nothing. */
const plain: Fill = (name, shape, at) => {
  if (name.endsWith("weight")) return Number(at % (shape[0]! + 1) === 0);
  return Number(name.endsWith("scale"));
};

async function run(
  outputs: Record<string, Tensor>,
  declared: Declarations,
  fill: Fill,
  feeds: Record<string, Value> = {},
): Promise<Record<string, number[]>> {
  const program = await compile(outputs, { threads: 1 });
  const all: Record<string, Value> = { ...feeds };
  for (const { name, shape } of declared.parameters) {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = Float64Array.from({ length: size }, (_, at) => fill(name, shape, at));
    if (program.inputs.some((known) => known.name === name)) all[name] = { data, shape };
  }
  const result = await program.run(all);
  const found = Object.entries(result).map(([name, { data }]) => [name, Array.from(data, Number)] as const);
  await program.release();
  return Object.fromEntries(found);
}

function near(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(value, `at ${i}`).toBeCloseTo(wanted[i]!, 6);
  });
}

describe("window means", () => {
  const { x, real } = sequence([
    [0, 0],
    [0, 0],
    [1, 2],
    [3, 0],
    [-1, 4],
    [2, 2],
  ]);
  const means = async (window: number) =>
    (await run({ y: windowMeans(x, real, window) }, scopeOf().declared, plain)).y!;

  test("have the values of the worked example: padding adds to neither side of the fraction", async () => {
    near(await means(3), [0, 0, 0, 0, 1, 2, 2, 1, 1, 2, 4 / 3, 2]);
    near(await means(2), [0, 0, 0, 0, 1, 2, 2, 1, 1, 2, 0.5, 3]);
  });

  test("over one position are the positions, over more than there are the mean of all before", async () => {
    expect(await means(1)).toEqual([0, 0, 0, 0, 1, 2, 3, 0, -1, 4, 2, 2]);
    near(await means(50), [0, 0, 0, 0, 1, 2, 2, 1, 1, 2, 1.25, 2]);
    expect(() => windowMeans(x, real, 0)).toThrow(/the window is 0/);
  });

  test("do not depend on the order within the window", async () => {
    const y = async (rows: number[][]) => {
      const { x, real } = sequence(rows);
      return (await run({ y: windowMeans(x, real, 3).at(1, -1) }, scopeOf().declared, plain)).y!;
    };
    near(
      await y([
        [5, 1],
        [1, 2],
        [3, 0],
        [-1, 4],
      ]),
      await y([
        [5, 1],
        [-1, 4],
        [1, 2],
        [3, 0],
      ]),
    );
  });

  test("have the gradient of their value", async () => {
    const f = (x: Tensor) => windowMeans(x, x.greater(-100).slice(2, 0, 1).squeeze(2), 3);
    expect(await gradientError([{ shape: ["batch", 5, 2] }], f, { symbolic: true })).toBeLessThan(1e-6);
  });
});

describe("attention asked by a window", () => {
  const { x, real } = sequence([
    [0, 0, 0],
    [1, 2, 0],
    [3, 0, -1],
    [-1, 4, 2],
  ]);

  test.each([
    {
      window: 1,
      query: [-1.297771, 1.13555, 0.162221],
      weights: [0, 0.047435, 0.002601, 0.949964],
      output: [-1.290417, 1.146325, 0.144093],
    },
    {
      window: 2,
      query: [-0.267261, 1.336306, -1.069045],
      weights: [0, 0.31799, 0.092535, 0.589475],
      output: [-0.772326, 1.412143, -0.639816],
    },
  ])("of $window has the values of the worked example", async ({ window, query, weights, output }) => {
    const { nn, declared } = scopeOf();
    const found = windowAttention(nn, x, real, { window, heads: 1, dropout: 0 });
    const last = {
      query: found.query.at(1, -1),
      weights: found.weights.at(2, -1),
      output: found.output.at(1, -1),
    };
    const values = await run(last, declared, plain);
    near(values.query!, query);
    near(values.weights!, weights);
    near(values.output!, output);
  });

  const drawn: Fill = (name, _, at) => random(3, name, at).normal() * 0.5;
  const [length, dim] = [5, 4];
  const options = { window: 3, heads: 2, dropout: 0 };

  /** A block over a sequence of the given rows. */
  async function block(rows: number[][]): Promise<number[]> {
    const { nn, declared } = scopeOf();
    const fed = input("x", "float64", [1, rows.length, dim]);
    const y = multiQueryBlock(nn, fed, realOf(fed), options);
    const shape = [1, rows.length, dim];
    return (await run({ y }, declared, drawn, { x: { data: typedArray("float64", rows.flat()), shape } })).y!;
  }

  const rows = Array.from({ length }, (_, t) =>
    Array.from({ length: dim }, (__, k) => random(9, t, k).normal()),
  );

  test("never looks ahead", async () => {
    const changed = rows.map((row, t) => (t === 3 ? row.map((value) => value + 1) : row));
    const [before, after] = [await block(rows), await block(changed)];
    expect(after.slice(0, 3 * dim)).toEqual(before.slice(0, 3 * dim));
    for (const t of [3, 4])
      expect(after.slice(t * dim, (t + 1) * dim)).not.toEqual(before.slice(t * dim, (t + 1) * dim));
  });

  test("does not depend on how much padding stands before, which stays 0", async () => {
    const none = new Array<number>(dim).fill(0);
    const padded = await block([none, none, ...rows]);
    near(padded.slice(2 * dim), await block(rows));
    expect(padded.slice(0, 2 * dim).every((value) => value === 0)).toBe(true);
  });

  test("of one position is the same branch as a longer one's over the same weights, and else it is not", async () => {
    const of = async (window: number) => {
      const { nn, declared } = scopeOf();
      const { x, real } = sequence(rows);
      return (await run({ y: multiQueryBlock(nn, x, real, { ...options, window }) }, declared, drawn)).y!;
    };
    expect((await of(1)).slice(0, dim)).toEqual((await of(3)).slice(0, dim));
    expect(await of(1)).not.toEqual(await of(3));
  });

  test("has the gradient of its value, parameters included", async () => {
    const { nn, declared } = scopeOf();
    const fed = input("x", "float64", ["batch", 3, dim]);
    const real = fed.slice(2, 0, 1).squeeze(2).greater(-100);
    const y = multiQueryBlock(nn, fed, real, options);
    const leaves = [{ shape: fed.shape }, ...declared.parameters.map(({ shape }) => ({ shape }))];
    const tensors = [fed, ...declared.parameters.map(({ tensor }) => tensor)];
    expect(await gradientErrorAt(leaves, tensors, y, { batch: 2 })).toBeLessThan(1e-6);
  });

  test("has finite values and gradients where a history is padding alone", async () => {
    const f = (fed: Tensor) => windowMeans(fed.mul(0), fed.greater(100).slice(2, 0, 1).squeeze(2), 2);
    const found = await evaluate([{ shape: [1, 3, dim] }], f);
    expect(found.value.every((value) => value === 0)).toBe(true);
    expect(found.gradients[0]!.every(Number.isFinite)).toBe(true);
    await found.release();
  });
});
