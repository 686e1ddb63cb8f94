import { describe, expect, test } from "vitest";
import { coarseContrast, fineContrast } from "../../../src/models/sequential/intent-contrast.js";
import {
  compile,
  constant,
  contrast,
  gradients,
  input,
  type Tensor,
  typedArray,
} from "../../../src/tensor/index.js";
import { gradientError } from "../../support/gradient-check.js";

const first = [
  [1, 0],
  [0, 1],
  [1, 1],
];
const second = [
  [0.5, 0.5],
  [0, 2],
  [1, -1],
];
const plain = { temperature: 1, masked: true };

function rows(values: readonly (readonly number[])[]): Tensor {
  return constant("float64", [values.length, values[0]!.length], values.flat());
}

async function lossOf(loss: Tensor): Promise<number> {
  const program = await compile({ loss }, { threads: 1 });
  const value = Number((await program.run({})).loss!.data[0]);
  await program.release();
  return value;
}

const targets = constant("int32", [3], [7, 8, 7]);

describe("the coarse intent contrast", () => {
  test("has the means of the worked example, with and without the mask of false negatives", async () => {
    expect(await lossOf(coarseContrast(rows(first), rows(second), targets, plain))).toBeCloseTo(1.067212, 6);
    const unmasked = { ...plain, masked: false };
    expect(await lossOf(coarseContrast(rows(first), rows(second), targets, unmasked))).toBeCloseTo(
      1.573398,
      6,
    );
  });

  test("is exactly 0 where all labels are equal", async () => {
    const same = constant("int32", [3], [4, 4, 4]);
    expect(await lossOf(contrast(rows(first), rows(second), { labels: same }))).toBe(0);
  });

  test("divides by its temperature, which must be positive", async () => {
    const half = (values: number[][]) => rows(values.map((row) => row.map((value) => value * Math.SQRT1_2)));
    const scaled = await lossOf(contrast(half(first), half(second), { labels: targets, temperature: 0.5 }));
    expect(scaled).toBeCloseTo(1.067212, 6);
    expect(() => contrast(rows(first), rows(second), { temperature: 0 })).toThrow(/the temperature is 0/);
  });

  test.each([true, false])(
    "has the gradient of its value, masked %s, for a batch of any size",
    async (masked) => {
      const leaves = [{ shape: ["batch", 3] }, { shape: ["batch", 3] }, { shape: ["batch"], below: 2 }];
      const loss = (a: Tensor, b: Tensor, labels: Tensor) =>
        coarseContrast(a, b, labels, { masked, temperature: 0.7 });
      for (const symbolic of [false, true])
        expect(await gradientError(leaves, loss, { batch: 4, symbolic })).toBeLessThan(1e-6);
    },
  );
});

describe("the fine intent contrast", () => {
  const centroids = [
    [2, 1],
    [-1, 2],
  ];

  test("has the two terms of the worked example", async () => {
    const terms = [first, second].map((view) => lossOf(fineContrast(rows(view), rows(centroids), plain)));
    const [a, b] = await Promise.all(terms);
    expect(a).toBeCloseTo(0.80482, 6);
    expect(b).toBeCloseTo(0.80116, 6);
    expect(a! + b!).toBeCloseTo(1.60598, 6);
  });

  test("moves the states and not the centroids", async () => {
    const state = input("state", "float64", [3, 2]);
    const centers = input("centroids", "float64", [2, 2]);
    const [moved, still] = gradients(fineContrast(state, centers, plain), [state, centers]);
    const program = await compile({ moved: moved!, still: still! }, { threads: 1 });
    const feeds = {
      state: { data: typedArray("float64", first.flat()), shape: [3, 2] },
      centroids: { data: typedArray("float64", centroids.flat()), shape: [2, 2] },
    };
    const used = Object.fromEntries(
      program.inputs.map(({ name }) => [name, feeds[name as keyof typeof feeds]]),
    );
    const result = await program.run(used);
    expect(Array.from(result.still!.data, Number)).toEqual([0, 0, 0, 0]);
    expect(Array.from(result.moved!.data, Number).every((slope) => slope !== 0)).toBe(true);
    await program.release();
  });

  test("has the gradient of its value away from where the nearest centroid changes", async () => {
    const leaves = [{ shape: ["batch", 2] }];
    const loss = (state: Tensor) => fineContrast(state, rows(centroids), plain);
    expect(await gradientError(leaves, loss, { batch: 4, symbolic: true })).toBeLessThan(1e-6);
  });
});
