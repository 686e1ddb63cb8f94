import { expect, test } from "vitest";
import { lorentzCoordinate, triangleTerms } from "../../../src/models/ctr/lorentz-fm.js";
import { constant } from "../../../src/tensor/index.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

test("four fields are lifted to the hyperboloid as published", async () => {
  const wanted = [1.067708, 1.1, 1.174734, 1.236932];
  expectClose(await blockValues(() => lorentzCoordinate(fourFields())), wanted);
});

test("their pairs hold the triangle inequality as published", async () => {
  const wanted = [0.039823, 0.097133, -0.13929, 0.021261, -0.09283, 0.22807];
  expectClose(await blockValues(() => triangleTerms(fourFields())), wanted);
  expectClose(await blockValues(() => triangleTerms(fourFields()).sum(1)), [0.154166]);
});

test("vectors of zeros, where training starts, give 0", async () => {
  const zeros = () => constant("float64", [1, 3, 2], [0, 0, 0, 0, 0, 0]);
  expect(await blockValues(() => triangleTerms(zeros()))).toEqual([0, 0, 0]);
});
