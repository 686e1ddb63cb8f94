import { expect, test } from "vitest";
import { pairAttention, pooled } from "../../../src/models/ctr/afm.js";
import { pairProducts } from "../../../src/models/ctr/field-pairs.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const weights = {
  "attention/weight": identity,
  "attention/bias": [0, 0, 0],
  "attention/linear/weight": [10, 10, 10],
};

test("pairs that score ten times their positive parts weigh as published", async () => {
  const wanted = [0.057835, 0.07064, 0.286461, 0.105383, 0.427349, 0.052332];
  const found = await blockValues((nn) => pairAttention(nn, pairProducts(fourFields()), 3), weights);
  expectClose(found, wanted);
  expect(found.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
});

test("the pairs are pooled by these weights as published", async () => {
  const pairs = pairProducts(fourFields());
  const wanted = [0.105942, 0.002946, -0.013807];
  expectClose(await blockValues((nn) => pooled(pairs, pairAttention(nn, pairs, 3)), weights), wanted);
});

test("without scores all pairs weigh the same", async () => {
  const silent = { ...weights, "attention/linear/weight": [0, 0, 0] };
  const sixth = Array<number>(6).fill(1 / 6);
  expectClose(
    await blockValues((nn) => pairAttention(nn, pairProducts(fourFields()), 3), silent),
    sixth,
    1e-12,
  );
});
