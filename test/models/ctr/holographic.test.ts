import { describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { compose } from "../../../src/models/ctr/holographic.js";
import { constant } from "../../../src/tensor/index.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

describe("of the first two published vectors", () => {
  test.each([
    ["convolution", [0.11, 0.01, -0.12]],
    ["correlation", [-0.04, -0.09, 0.13]],
    ["product", [0.04, -0.02, -0.06]],
  ] as const)("the %s", async (composition, wanted) => {
    const [a, b] = [fourFields().at(1, 0), fourFields().at(1, 1)];
    expectClose(await blockValues(() => compose(a, b, composition)), wanted);
  });
});

describe.each([1, 2, 5, 10])("vectors of width %i", (dim) => {
  const source = random(1, "holographic", dim);
  const [a, b] = [0, 1].map(() => Array.from({ length: dim }, () => source.normal()));
  const place = (k: number) => ((k % dim) + dim) % dim;
  test.each([
    ["convolution", -1],
    ["correlation", 1],
  ] as const)("their %s is the sum of its definition", async (composition, sign) => {
    const wanted = a!.map((_, k) => a!.reduce((sum, value, m) => sum + value * b![place(k + sign * m)]!, 0));
    const row = (values: number[]) => constant("float64", [1, dim], values);
    expectClose(await blockValues(() => compose(row(a!), row(b!), composition)), wanted, 1e-12);
  });
});

test("an unknown composition is refused with those there are", () => {
  expect(() => compose(fourFields(), fourFields(), "sum" as "product")).toThrow(
    /option "composition" is "sum"\n.*convolution, correlation, product/,
  );
});
