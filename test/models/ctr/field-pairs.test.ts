import { describe, test } from "vitest";
import { innerProducts, pairProducts, pairSides } from "../../../src/models/ctr/field-pairs.js";
import { biInteraction, pairwise } from "../../../src/models/ctr/interactions.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

describe("the pairs of four fields, in lexicographic order", () => {
  const inner = [-0.04, -0.11, 0.2, -0.01, 0.15, -0.29];

  test("have the published inner products, which sum to the term of FM", async () => {
    expectClose(await blockValues(() => innerProducts(fourFields())), inner);
    expectClose(await blockValues(() => pairwise(fourFields())), [-0.1]);
  });

  test("have elementwise products that sum to the inner ones over dimensions, to the bi-interaction over pairs", async () => {
    expectClose(await blockValues(() => pairProducts(fourFields()).sum(2)), inner);
    expectClose(await blockValues(() => pairProducts(fourFields()).sum(1)), [0.12, 0.05, -0.27]);
    expectClose(await blockValues(() => biInteraction(fourFields())), [0.12, 0.05, -0.27]);
  });

  test("have two sides, whose product they are", async () => {
    const { left, right } = pairSides(fourFields());
    expectClose(await blockValues(() => left.mul(right).sum(2)), inner);
    expectClose(await blockValues(() => left.at(2, 0)), [0.1, 0.1, 0.1, 0.4, 0.4, -0.2]);
    expectClose(await blockValues(() => right.at(2, 0)), [0.4, -0.2, 0.6, -0.2, 0.6, 0.6]);
  });
});
