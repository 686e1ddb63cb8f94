import { describe, expect, test } from "vitest";
import { highest, lossesOf, suspicionByView } from "../../../src/guard/index.js";

test("a user's loss is the cross-entropy of the last item over the catalogue, padding apart", async () => {
  const scores = [50, 1, 2, 3];
  const targets = [1, 3].map((target) => ({ history: new Int32Array(0), target }));
  const losses = await lossesOf(targets, async () => () => scores);
  const total = Math.exp(1) + Math.exp(2) + Math.exp(3);
  expect(losses[0]).toBeCloseTo(-Math.log(Math.exp(1) / total), 12);
  expect(losses[1]).toBeCloseTo(-Math.log(Math.exp(3) / total), 12);
});

test("the highest share is cut off, ties by lower number, one at least", () => {
  expect(highest([1, 5, 3, 5, 0], 0.4)).toEqual([1, 3]);
  expect(highest([1, 1, 1], 0.01)).toEqual([0]);
});

describe("the classifier on text views alone", () => {
  const view = (kind: number, i: number) => Float32Array.of(kind, Math.sin(i) / 3, Math.cos(i) / 3);

  test("suspects users whose view is like that of fakes", async () => {
    const users = Array.from({ length: 200 }, (_, i) => view(i < 4 ? 1 : -1, i));
    const suspicion = await suspicionByView(
      users,
      Array.from({ length: 20 }, (_, i) => view(1, 300 + i)),
      { seed: 1, epochs: 200 },
    );
    expect(highest(suspicion, 4 / 200).sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  test("needs views of both", async () => {
    await expect(suspicionByView([], [view(1, 1)], { seed: 1 })).rejects.toThrow(/no users or no fakes/);
  });
});
