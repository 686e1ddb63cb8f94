import { expect, test } from "vitest";
import { newtonSums } from "../../../src/models/ctr/newton-sums.js";
import { fourFields, runBlock } from "../../support/block.js";

test.each([
  [1, [0.9, 0.5, 0]],
  [2, [0.12, 0.05, -0.27]],
  [3, [-0.044, -0.005, 0.014]],
  [4, [-0.0048, -0.0006, 0.012]],
  [5, [0, 0, 0]],
])("products of %i of four fields sum to the golden figures", async (order, wanted) => {
  const found = await runBlock([fourFields], (_, e) => newtonSums(e, order).at(-1)!);
  wanted.forEach((value, k) => {
    expect(found[k]).toBeCloseTo(value, 12);
  });
});

test.each([0, 1.5])("order %d is refused", (order) => {
  expect(() => newtonSums({} as never, order)).toThrow(/order .*whole number from 1/s);
});
