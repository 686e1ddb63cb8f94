import { expect, test } from "vitest";
import type { Tensor } from "../../src/tensor/index.js";
import { evaluate, type Leaf, worstDifference } from "../support/gradient-check.js";

const cube: Leaf = { shape: ["batch", 3, 2] };

// ONNX Runtime would fold each of these transposes into the product after it, in a kernel that has no answer for no rows.
test.each<[string, Leaf[], (...x: Tensor[]) => Tensor]>([
  ["one matrix for each position", [cube, { shape: [3, 2, 4] }], (x, w) => x.transpose([1, 0, 2]).matmul(w)],
  ["one shared matrix", [cube, { shape: [3, 4] }], (x, w) => x.transpose().matmul(w)],
  [
    "one shared matrix, transposed too",
    [cube, { shape: [4, 3] }],
    (x, w) => x.transpose().matmul(w, { transposeRight: true }),
  ],
])("a transposed batch times %s: its gradients, and a batch without rows", async (_, leaves, f) => {
  expect(await worstDifference(leaves, await evaluate(leaves, f, { symbolic: true }))).toBeLessThan(1e-6);
  const single = { batch: 0, symbolic: true, dtype: "float32" } as const;
  const found = await evaluate(leaves, f, single);
  expect(found.value).toEqual([]);
  expect(found.gradients[0]).toEqual([]);
  expect(found.gradients[1]!.every((value) => value === 0)).toBe(true);
  await found.release();
});
