import { describe, expect, test } from "vitest";
import { fieldAwareProducts } from "../../../src/models/ctr/field-aware.js";
import { innerProducts } from "../../../src/models/ctr/field-pairs.js";
import { ffm, onn } from "../../../src/models/index.js";
import { constant } from "../../../src/tensor/index.js";
import { parameterCount } from "../../../src/train/index.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

describe("the products of field-aware vectors", () => {
  test("pair the vector of each field towards the other", async () => {
    // v[i][t] of three fields: field 0 looks to 1 and 2, field 1 to 0 and 2, field 2 to 0 and 1.
    const v = constant("float64", [1, 3, 2, 1], [2, 3, 5, 7, 11, 13]);
    expect(await blockValues(() => fieldAwareProducts(v))).toEqual([2 * 5, 3 * 11, 7 * 13]);
  });

  test("are those of plain embeddings when a field shows all others the same vector", async () => {
    const same = fourFields().unsqueeze(2).expand([1, 4, 3, 3]);
    const wanted = await blockValues(() => innerProducts(fourFields()));
    expectClose(await blockValues(() => fieldAwareProducts(same)), wanted, 1e-12);
  });
});

describe("a value has one vector for each other field", () => {
  const fields = [3, 4, 5].map((size, i) => ({ name: "abc"[i]!, size }));
  test("in FFM", () => {
    expect(parameterCount(ffm.trainable({ fields }, { dim: 6 }))).toBe(12 * (2 * 6 + 1) + 1);
  });

  test("in ONN beside the plain one", () => {
    const network = (3 * 6 + 3) * 7 + 7 + 7 + 1;
    expect(parameterCount(onn.trainable({ fields }, { dim: 6, hidden: [7] }))).toBe(12 * 3 * 6 + network);
  });

  test.each([ffm, onn])("and $name refuses a field alone", (model) => {
    expect(() => parameterCount(model.trainable({ fields: [{ name: "a", size: 3 }] }))).toThrow(
      /1 field has no pairs/,
    );
  });
});
