import { expect, test } from "vitest";
import { bilinearPairs } from "../../../src/models/ctr/bilinear.js";
import { fieldWeights } from "../../../src/models/ctr/squeeze-excitation.js";
import { fibinet } from "../../../src/models/index.js";
import { layers, rootScope } from "../../../src/tensor/index.js";
import { fourFields, runBlock } from "../../support/block.js";

test("the weights of the fields are the golden ones", async () => {
  const found = await runBlock([fourFields], (nn, e) => fieldWeights(nn, e, 2), {
    "linear/weight": [1, 0, 0, 1, 1, 0, 0, 1],
    "linear2/weight": [1, 0, 1, 2, 0, 1, 1, 0],
  });
  [0.2, 0.266667, 0.466667, 0.4].forEach((wanted, field) => {
    expect(found[field]).toBeCloseTo(wanted, 6);
  });
});

// The golden matrix, as it multiplies a row from the right.
const matrix = [1, 0.5, 0, 0, 1, 0, 0, 0, 2];
const repeated = (times: number) => new Array<number[]>(times).fill(matrix).flat();

test.each([
  ["all", 1],
  ["field", 3],
  ["pair", 6],
])("bilinear products of pairs 01 and 23 are the golden ones, sharing %s", async (sharing, matrices) => {
  const found = await runBlock([fourFields], (nn, e) => bilinearPairs(nn, 4, 3, sharing)(e), {
    bilinear: repeated(matrices),
  });
  expect(found).toHaveLength(18);
  [0.04, -0.025, -0.12].forEach((wanted, k) => {
    expect(found[k]).toBeCloseTo(wanted, 6);
  });
  [-0.12, 0.02, -0.4].forEach((wanted, k) => {
    expect(found[15 + k]).toBeCloseTo(wanted, 6);
  });
});

test("each left field, and each pair, has a matrix of its own", async () => {
  const zero = new Array<number>(9).fill(0);
  const byField = await runBlock([fourFields], (nn, e) => bilinearPairs(nn, 4, 3, "field")(e), {
    bilinear: [...zero, ...matrix, ...zero],
  });
  const zeroPairs = (found: number[]) =>
    [0, 1, 2, 3, 4, 5].filter((pair) => found.slice(3 * pair, 3 * pair + 3).every((value) => value === 0));
  // Pairs 12 and 13 alone have field 1 on the left.
  expect(zeroPairs(byField)).toEqual([0, 1, 2, 5]);
  const byPair = await runBlock([fourFields], (nn, e) => bilinearPairs(nn, 4, 3, "pair")(e), {
    bilinear: [...zero, ...zero, ...matrix, ...zero, ...zero, ...zero],
  });
  expect(zeroPairs(byPair)).toEqual([0, 1, 3, 4, 5]);
});

test("another way of sharing is refused", async () => {
  await expect(runBlock([fourFields], (nn, e) => bilinearPairs(nn, 4, 3, "none")(e))).rejects.toThrow(
    /bilinear sharing "none"\n.*all, field or pair/,
  );
});

test("one field alone has no pair, which is said in the model's name", () => {
  const nn = layers(rootScope({ training: true, seed: 1, embeddings: "exact" }));
  expect(() => fibinet.trainable({ fields: [{ name: "a", size: 3 }] }).build(nn)).toThrow(
    /fibinet: 1 field has no pairs\n.*at least two/,
  );
});
