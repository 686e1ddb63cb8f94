import { expect, test } from "vitest";
import { compressedInteractions } from "../../../src/models/ctr/compressed-interactions.js";
import { fourFields, runBlock } from "../../support/block.js";

test("two layers of one map give the golden sums over the embedding", async () => {
  const found = await runBlock([fourFields], (nn, e) => compressedInteractions(nn, e, [1, 1]), {
    "maps/linear/weight": Array.from({ length: 16 }, (_, place) => (place + 1) / 100),
    "maps/linear/bias": [0],
    "maps2/linear/weight": [0.1, -0.2, 0.3, 0.4],
    "maps2/linear/bias": [0],
  });
  expect(found).toHaveLength(2);
  expect(found[0]).toBeCloseTo(0.1116, 6);
  expect(found[1]).toBeCloseTo(0.013626, 6);
});

test("a bias is added once for each number of the embedding", async () => {
  const found = await runBlock([fourFields], (nn, e) => compressedInteractions(nn, e, [2]), {
    "maps/linear/weight": new Array<number>(32).fill(0),
    "maps/linear/bias": [1, -2],
  });
  expect(found).toEqual([3, -6]);
});
