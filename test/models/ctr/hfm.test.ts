import { expect, test } from "vitest";
import { pairSides } from "../../../src/models/ctr/field-pairs.js";
import { compose } from "../../../src/models/ctr/holographic.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

test.each(["convolution", "correlation", "product"] as const)(
  "the %s of each field with the sum of those after it is the sum over pairs",
  async (composition) => {
    const e = fourFields();
    const later = e.cumulativeSum(1, { reverse: true, exclusive: true });
    const { left, right } = pairSides(e);
    const wanted = await blockValues(() => compose(left, right, composition).sum(1));
    expectClose(await blockValues(() => compose(e, later, composition).sum(1)), wanted, 1e-12);
  },
);

test("circular correlation does not commute", async () => {
  const { left, right } = pairSides(fourFields());
  const there = await blockValues(() => compose(left, right, "correlation"));
  const back = await blockValues(() => compose(right, left, "correlation"));
  expect(there.some((value, i) => Math.abs(value - back[i]!) > 0.01)).toBe(true);
});
