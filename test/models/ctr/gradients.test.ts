import { expect, test } from "vitest";
import { ctrModels } from "../../../src/models/index.js";
import { input, layers, rootScope } from "../../../src/tensor/index.js";
import { gradientErrorAt, type Leaf } from "../../support/gradient-check.js";

const fields = [3, 2, 4].map((size, i) => ({ name: "abc"[i]!, size }));

// Sizes that leave few parameters, of those models that have them.
const small: Record<string, unknown> = {
  dim: 2,
  hidden: [4],
  secondHidden: [2],
  gateHidden: [3],
  neurons: 3,
  factorHidden: [3],
  maps: [2, 2],
  channels: [2, 2],
  kernel: 3,
  attentionDim: 4,
  attentionWidth: 2,
  attentionHidden: 3,
  heads: 2,
  width: 4,
  layers: 1,
  kernels: [3, 2],
  blockWidth: 3,
  batchNorm: true,
};
const further: [name: string, options: Record<string, unknown>][] = [
  ["fibinet", { bilinear: "field" }],
  ["fibinet", { bilinear: "pair" }],
  ["finalmlp", { context: ["a"] }],
  ["masknet", { structure: "serial", embeddingNorm: true }],
  ["deepim", { order: 5, interactionNorm: true }],
  ["dlrm", { interaction: "concat" }],
  ["edcn", { regulation: false }],
  ["interhat", { layerNorm: false, residual: false, order: 3 }],
  ["sam", { aggregation: "weighted" }],
];
const cases = [...ctrModels.map(({ name }): (typeof further)[number] => [name, {}]), ...further];

test.each(cases)("the gradient of %s %j agrees with central differences in float64", async (name, own) => {
  const model = ctrModels.find((candidate) => candidate.name === name)!;
  const options = {
    ...Object.fromEntries(Object.entries(small).filter(([key]) => key in model.options)),
    ...own,
  };
  const scope = rootScope({ training: true, seed: 1, embeddings: "exact", dtype: "float64" });
  const { probability } = model.trainable({ fields }, options).build(layers(scope)).outputs;
  const logit = probability!.node.inputs[0]!;
  const { parameters } = scope.declared;
  // Any rows of the table will do: three of them, so that some are met often and most never.
  const ids: Leaf = { shape: [5, 3], below: 3 };
  const leaves = [ids, ...parameters.map(({ shape }) => ({ shape, low: 0.2, high: 0.9 }))];
  const tensors = [input("fields", "int32", [5, 3]), ...parameters.map(({ tensor }) => tensor)];
  expect(await gradientErrorAt(leaves, tensors, logit, { batch: 5 })).toBeLessThan(1e-6);
});
