import { describe, expect, test } from "vitest";
import {
  bceWithLogits,
  bpr,
  constant,
  crossEntropy,
  infoNce,
  input,
  layers,
  linearCrossEntropy,
  listwiseSoftmax,
  meanSquaredError,
  rootScope,
  sampledCrossEntropy,
  type Tensor,
} from "../../src/tensor/index.js";
import { gradientError, gradientErrorAt, type Leaf } from "../support/gradient-check.js";

type Case = [name: string, leaves: Leaf[], f: (...x: Tensor[]) => Tensor];
const matrix: Leaf = { shape: [3, 4] };
const row: Leaf = { shape: [4] };
const ids: Leaf = { shape: [5], below: 3 };

const losses: Case[] = [
  [
    "BCE with logits",
    [row, { shape: [4], low: 0.1, high: 0.9 }, { shape: [4], low: 0.5, high: 2 }],
    (x, y, w) => bceWithLogits(x, y, w),
  ],
  [
    "BCE with logits of 0/1 labels",
    [row],
    (x) => bceWithLogits(x, x.greater(0).cast("float64"), constant("float64", [4], [1, 2, 0, 3])),
  ],
  ["cross-entropy", [{ shape: [5, 3] }, ids], (x, y) => crossEntropy(x, y)],
  [
    "weighted cross-entropy",
    [{ shape: [5, 3] }, ids, { shape: [5], low: 0.5, high: 2 }],
    (x, y, w) => crossEntropy(x, y, w),
  ],
  [
    "linear cross-entropy",
    [{ shape: [5, 4] }, matrix, ids],
    (h, table, y) => linearCrossEntropy(h, table, y),
  ],
  [
    "weighted linear cross-entropy",
    [{ shape: [5, 4] }, matrix, ids, { shape: [5], low: 0.5, high: 2 }],
    (h, table, y, w) => linearCrossEntropy(h, table, y, w),
  ],
  [
    "sampled cross-entropy",
    [{ shape: [3] }, matrix, { shape: [3] }, matrix],
    (p, n, positiveCorrection, negativeCorrection) =>
      sampledCrossEntropy(p, n, { positiveCorrection, negativeCorrection }),
  ],
  ["BPR", [row, row, { shape: [4], low: 0.5, high: 2 }], (p, n, w) => bpr(p, n, w)],
  ["InfoNCE", [matrix, matrix], (a, b) => infoNce(a, b, constant("int32", [3], [0, 1, 2]), 0.5)],
  ["mean squared error", [row, row], (a, b) => meanSquaredError(a, b)],
  [
    "listwise softmax",
    [matrix, matrix],
    (s, r) => listwiseSoftmax(s, r, constant("bool", [3, 4], [0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0])),
  ],
];

/** A layer checked through its input and every parameter it declares, all drawn at random. */
function layerError(
  shape: number[],
  build: (nn: ReturnType<typeof layers>, x: Tensor) => Tensor,
): Promise<number> {
  const scope = rootScope({ training: true, seed: 1, embeddings: "exact", dtype: "float64" });
  const x = input("x", "float64", shape);
  const y = build(layers(scope), x);
  const { parameters } = scope.declared;
  const leaves = [{ shape }, ...parameters.map((p) => ({ shape: p.shape, low: 0.2, high: 0.9 }))];
  return gradientErrorAt(leaves, [x, ...parameters.map((p) => p.tensor)], y);
}

describe("gradients agree with central differences in float64", () => {
  test.each(losses)("%s", async (_, leaves, f) => {
    expect(await gradientError(leaves, f)).toBeLessThan(1e-6);
  });

  test.each<[string, number[], Parameters<typeof layerError>[1]]>([
    ["linear", [3, 4], (nn, x) => nn.linear(x, 2)],
    ["mlp", [3, 4], (nn, x) => nn.mlp(x, [5, 2], { activation: "tanh" })],
    ["mlp with batch norm", [6, 3], (nn, x) => nn.mlp(x, [4, 2], { activation: "gelu", batchNorm: true })],
    ["embedding", [3, 4], (nn, x) => nn.embedding(constant("int32", [3], [1, 0, 1]), 2, 4).mul(x)],
    ["attention to other keys", [2, 3, 4], (nn, x) => nn.attention(x, { keys: x.slice(1, 0, 2).mul(2) })],
    ["batch norm", [6, 3], (nn, x) => nn.batchNorm(x)],
    ["layer norm", [2, 3, 4], (nn, x) => nn.layerNorm(x)],
    ["positions", [2, 3, 4], (nn, x) => x.add(nn.positions(3, 4))],
    [
      "attention",
      [2, 3, 4],
      (nn, x) =>
        nn.attention(x, { heads: 2, causal: true, padding: constant("bool", [2, 3], [1, 0, 0, 0, 0, 1]) }),
    ],
    ["GRU", [2, 4, 3], (nn, x) => nn.gru(x, 2)],
    [
      "LSTM",
      [2, 4, 3],
      (nn, x) => nn.lstm(x, 2, { padding: constant("bool", [2, 4], [1, 0, 0, 0, 1, 1, 0, 0]) }),
    ],
    ["bidirectional LSTM", [2, 3, 3], (nn, x) => nn.bidirectionalLstm(x, 2)],
  ])("layer: %s", async (_, shape, build) => {
    expect(await layerError(shape, build)).toBeLessThan(1e-6);
  });
});
