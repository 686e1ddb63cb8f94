import { describe, expect, test } from "vitest";
import { innerProducts } from "../../../src/models/ctr/field-pairs.js";
import { fwfm } from "../../../src/models/index.js";
import { parameterCount } from "../../../src/train/index.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

test("four fields under the published weights of pairs", async () => {
  const weight = [0.5, -1, 0.2, 0.3, 1, -0.4];
  const term = await blockValues((nn) => nn.linear(innerProducts(fourFields()), 1), {
    "linear/weight": weight,
    "linear/bias": [0],
  });
  expectClose(term, [0.393]);
});

describe("the linear part", () => {
  const fields = [3, 4, 5].map((size, i) => ({ name: "abc"[i]!, size }));
  const pairs = 12 * 2 + 3 + 1;
  test.each([
    ["weights", 12],
    ["value-vectors", 12 * 2],
    ["field-vectors", 3 * 2],
  ] as const)("of %s has its own size", (linear, size) => {
    expect(parameterCount(fwfm.trainable({ fields }, { dim: 2, linear }))).toBe(pairs + size);
  });

  test("of another kind is refused", () => {
    const options = { linear: "FeLV" } as never;
    expect(() => parameterCount(fwfm.trainable({ fields }, options))).toThrow(
      /fwfm: option "linear" is "FeLV"\n.*weights, value-vectors, field-vectors/,
    );
  });
});

test("one field has no pairs", () => {
  const alone = { fields: [{ name: "a", size: 3 }] };
  expect(() => parameterCount(fwfm.trainable(alone))).toThrow(/fwfm: 1 field has no pairs/);
});
