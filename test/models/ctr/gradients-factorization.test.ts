import { expect, test } from "vitest";
import { ctrModels } from "../../../src/models/index.js";
import { input, layers, rootScope } from "../../../src/tensor/index.js";
import { gradientErrorAt } from "../../support/gradient-check.js";

const fields = [2, 3, 2].map((size, i) => ({ name: "abc"[i]!, size }));
const attention = { dim: 3, layers: 2, width: 4, heads: 2 };
const deep = { dim: 3, hidden: [4] };

test.each<[string, Record<string, unknown>]>([
  ["ffm", { dim: 2 }],
  ["hofm", { dim: 2, order: 3 }],
  ["hofm", { dim: 2, order: 3, shared: true }],
  ["fwfm", { dim: 3, linear: "weights" }],
  ["fwfm", { dim: 3, linear: "value-vectors" }],
  ["fwfm", { dim: 3, linear: "field-vectors" }],
  ["fmfm", { dim: 3, interaction: "vectorized" }],
  ["fmfm", { dim: 3, interaction: "matrixed" }],
  ["lorentz-fm", { dim: 3 }],
  ["ccpm", { dim: 2, channels: [2, 3], kernels: [3, 2] }],
  ["afm", { dim: 3, attention: 4 }],
  ["nfm", deep],
  ["ipnn", { ...deep, batchNorm: true }],
  ["onn", deep],
  ["hfm", { dim: 3, composition: "convolution" }],
  ["hfm", { dim: 4, composition: "correlation" }],
  ["hfm-plus", { ...deep, composition: "correlation" }],
  ["autoint", attention],
  ["autoint", { ...attention, scale: true, layerNorm: true, wide: true }],
  ["autoint", { ...attention, residual: false }],
  ["autoint-plus", { ...attention, hidden: [4] }],
])("the gradient of %s with %j is that of central differences", async (name, options) => {
  const model = ctrModels.find((candidate) => candidate.name === name)!;
  const scope = rootScope({ training: true, seed: 1, embeddings: "exact", dtype: "float64" });
  const { loss } = model.trainable({ fields }, options).build(layers(scope));
  const { parameters } = scope.declared;
  const leaves = [
    ...parameters.map(({ shape }) => ({ shape, low: -0.8, high: 0.8 })),
    { shape: ["batch", fields.length], below: 7 },
    { shape: ["batch"], below: 2 },
  ];
  const tensors = [
    ...parameters.map(({ tensor }) => tensor),
    input("fields", "int32", ["batch", fields.length]),
    input("label", "float32", ["batch"]),
  ];
  expect(await gradientErrorAt(leaves, tensors, loss, { batch: 5 })).toBeLessThan(1e-6);
});
