import { describe, expect, test } from "vitest";
import { calibrate, generalisedBce, sasRec } from "../../../src/models/index.js";
import { contrast } from "../../../src/models/sequential/cl4srec.js";
import { lossDefaults, lossOf } from "../../../src/models/sequential/losses.js";
import type { Targets } from "../../../src/models/sequential/task.js";
import { constant, layers, rootScope, type Tensor } from "../../../src/tensor/index.js";
import { runBlock } from "../../support/block.js";
import { gradientError, type Leaf } from "../../support/gradient-check.js";

describe("gBCE", () => {
  test("beta is the published function of k, the catalogue and t", () => {
    expect(calibrate(10, 101, 0.75)).toBeCloseTo(0.325, 12);
    expect(calibrate(256, 3417, 0.75)).toBeCloseTo(0.306206, 6);
    expect(calibrate(10, 101, 0)).toBe(1);
    expect(calibrate(10, 101, 1)).toBeCloseTo(0.1, 12);
    expect(calibrate(500, 101, 1)).toBe(1);
    expect(() => calibrate(10, 101, 1.5)).toThrow(/calibration is 1.5/);
  });

  const value = (positive: number, negative: number[], beta: number) =>
    runBlock(
      [
        { shape: [1], data: [positive] },
        { shape: [1, negative.length], data: negative },
      ],
      (_, p, n) => generalisedBce(p!, n!, beta, negative.length),
    );

  test("the loss of 1 against 0, -1 and 2 is the golden value", async () => {
    expect((await value(1, [0, -1, 2], 0.325))[0]).toBeCloseTo(0.808787, 6);
  });

  test("scores far from zero neither overflow nor vanish", async () => {
    expect((await value(-1000, [1000], 0.5))[0]).toBeCloseTo(750, 9);
    expect((await value(1000, [-1000], 0.5))[0]).toBe(0);
  });
});

const [items, dim, tokens] = [6, 3, 4];
const leaves: Leaf[] = [
  { shape: [tokens, dim] },
  { shape: [items + 1, dim] },
  { shape: [tokens], below: items },
  { shape: [tokens, 2], below: items },
  { shape: [2], below: items },
];

describe.each([
  ["bce", true],
  ["gbce", true],
  ["gbce", false],
  ["sampled", true],
  ["sampled", false],
  ["cross-entropy", true],
] as const)("%s, samples shared: %s", (loss, shared) => {
  test("its gradient is that of central differences", async () => {
    const chosen = lossOf({ ...lossDefaults, loss, shared, negatives: 2 }, items);
    const at = (states: Tensor, table: Tensor, ids: Tensor, own: Tensor, pool: Tensor) =>
      chosen(states, table, {
        items: ids.add(1),
        own: own.add(1).slice(1, 0, loss === "bce" ? 1 : 2),
        shared: pool.add(1),
      } as Targets);
    expect(
      await gradientError(leaves, at as (...inputs: Tensor[]) => Tensor, { dtype: "float64" }),
    ).toBeLessThan(1e-6);
  });
});

describe("the contrast of two views", () => {
  const views: Leaf[] = [{ shape: [2, 3] }, { shape: [2, 3] }];
  const of = (temperature: number) => (a: Tensor, b: Tensor) =>
    contrast(a, b, constant("int32", [2], [0, 1]), temperature);

  test("is the cross-entropy of the other view among all but the view itself, both ways", async () => {
    const a = [
      [1, 0, 0.5],
      [0, 2, -1],
    ];
    const b = [
      [0.5, 1, 0],
      [-1, 1, 1],
    ];
    const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0) / 0.7;
    const oneWay = (x: number[][], y: number[][], i: number) => {
      const others = [dot(x[i]!, y[0]!), dot(x[i]!, y[1]!), dot(x[i]!, x[1 - i]!)];
      return Math.log(others.reduce((sum, value) => sum + Math.exp(value), 0)) - dot(x[i]!, y[i]!);
    };
    const wanted = (oneWay(a, b, 0) + oneWay(a, b, 1) + oneWay(b, a, 0) + oneWay(b, a, 1)) / 4;
    const [found] = await runBlock(
      [
        { shape: [2, 3], data: a.flat() },
        { shape: [2, 3], data: b.flat() },
      ],
      (_, x, y) => of(0.7)(x!, y!),
    );
    expect(found).toBeCloseTo(wanted, 9);
  });

  test("has the gradient of central differences", async () => {
    expect(await gradientError(views, of(0.7))).toBeLessThan(1e-6);
  });
});

test("a loss there is not, and a sample of nothing, are refused by name", () => {
  const build = (given: Parameters<typeof sasRec.trainable>[1]) => () =>
    sasRec
      .trainable({ items: 5, length: 3 }, given)
      .build(layers(rootScope({ training: true, seed: 1, embeddings: "exact" })));
  expect(build({ loss: "hinge" })).toThrow(/sasrec: there is no loss "hinge"/);
  expect(build({ loss: "gbce", negatives: 0 })).toThrow(/negatives is 0/);
  expect(build({ loss: "gbce", calibration: 2 })).toThrow(/calibration is 2/);
});
