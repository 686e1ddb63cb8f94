import { expect, test } from "vitest";
import { multiplyHalves } from "../../../src/models/ctr/finalnet.js";
import { finalNet } from "../../../src/models/index.js";
import { layers, rootScope } from "../../../src/tensor/index.js";
import { runBlock } from "../../support/block.js";

test("the halves of [1, 2, 3, 4] give the golden [1, 2, 3, 8]", async () => {
  const found = await runBlock([{ shape: [1, 4], data: [1, 2, 3, 4] }], (_, x) => multiplyHalves(x));
  expect(found).toEqual([1, 2, 3, 8]);
});

test("a layer of an odd width is refused in the model's name", () => {
  const fields = [
    { name: "a", size: 3 },
    { name: "b", size: 3 },
  ];
  const nn = layers(rootScope({ training: true, seed: 1, embeddings: "exact" }));
  expect(() => finalNet.trainable({ fields }, { hidden: [5] }).build(nn)).toThrow(
    /finalnet: a layer of 5 units has no halves\n.*even widths/,
  );
});
