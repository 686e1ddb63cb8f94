import { describe, expect, test } from "vitest";
import { anova } from "../../../src/models/ctr/hofm.js";
import { hofm } from "../../../src/models/index.js";
import { parameterCount } from "../../../src/train/index.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

describe("the ANOVA kernel of four fields", () => {
  test.each([
    [2, [0.12, 0.05, -0.27]],
    [3, [-0.044, -0.005, 0.014]],
    [4, [-0.0048, -0.0006, 0.012]],
  ])("of degree %i", async (degree, wanted) => {
    expectClose(await blockValues(() => anova(fourFields(), degree)), wanted);
  });

  test("sums to the published term of degree 3", async () => {
    expectClose(await blockValues(() => anova(fourFields(), 3).sum(1)), [-0.035]);
  });

  test("is exactly 0 beyond the number of fields", async () => {
    expect(await blockValues(() => anova(fourFields(), 5))).toEqual([0, 0, 0]);
  });

  test("of degree 3 equals Newton's identity on power sums", async () => {
    const power = (k: number) => fourFields().pow(k).sum(1);
    const newton = () =>
      power(1)
        .pow(3)
        .sub(power(1).mul(power(2)).mul(3))
        .add(power(3).mul(2))
        .div(6);
    expectClose(await blockValues(newton), await blockValues(() => anova(fourFields(), 3)), 1e-12);
  });
});

describe("HOFM", () => {
  const fields = [3, 4].map((size, i) => ({ name: "ab"[i]!, size }));

  test("has one table for all degrees when they share it", () => {
    expect(parameterCount(hofm.trainable({ fields }, { dim: 5, order: 4 }))).toBe(7 * (1 + 3 * 5) + 1);
    expect(parameterCount(hofm.trainable({ fields }, { dim: 5, order: 4, shared: true }))).toBe(
      7 * (1 + 5) + 1,
    );
  });

  test.each([1, 2.5])("refuses order %d", (order) => {
    expect(() => parameterCount(hofm.trainable({ fields }, { order }))).toThrow(/hofm: option "order" is/);
  });
});
