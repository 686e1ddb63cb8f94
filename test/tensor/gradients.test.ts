import { describe, expect, test } from "vitest";
import {
  averagePool2d,
  bceWithLogits,
  bpr,
  concat,
  constant,
  conv1d,
  conv2d,
  crossEntropy,
  infoNce,
  input,
  layers,
  linearCrossEntropy,
  listwiseSoftmax,
  maxPool2d,
  meanSquaredError,
  rootScope,
  sampledCrossEntropy,
  stack,
  type Tensor,
  take,
} from "../../src/tensor/index.js";
import { gradientError, gradientErrorAt, type Leaf } from "../support/gradient-check.js";

type Case = [name: string, leaves: Leaf[], f: (...x: Tensor[]) => Tensor];
const matrix: Leaf = { shape: [3, 4] };
const row: Leaf = { shape: [4] };
const column: Leaf = { shape: [3, 1] };
const positive: Leaf = { shape: [3, 4], low: 0.3, high: 2 };
const cube: Leaf = { shape: [2, 3, 4] };
const ids: Leaf = { shape: [5], below: 3 };

const elementwise: Case[] = [
  ["add broadcasts", [matrix, row], (a, b) => a.add(b)],
  ["sub broadcasts", [column, row], (a, b) => a.sub(b)],
  ["mul broadcasts", [cube, column], (a, b) => a.mul(b)],
  ["div broadcasts", [matrix, { shape: [4], low: 0.5, high: 2 }], (a, b) => a.div(b)],
  ["pow", [positive, { shape: [4], low: 0.5, high: 2 }], (a, b) => a.pow(b)],
  ["maximum", [matrix, row], (a, b) => a.maximum(b)],
  ["minimum", [matrix, row], (a, b) => a.minimum(b)],
  ["a number takes part", [matrix], (a) => a.mul(3).add(1).sub(0.5).div(2)],
  ["neg", [matrix], (x) => x.neg()],
  ["abs", [matrix], (x) => x.abs()],
  ["exp", [matrix], (x) => x.exp()],
  ["log", [positive], (x) => x.log()],
  ["sqrt", [positive], (x) => x.sqrt()],
  ["square", [matrix], (x) => x.square()],
  ["reciprocal", [positive], (x) => x.reciprocal()],
  ["sigmoid", [matrix], (x) => x.sigmoid()],
  ["tanh", [matrix], (x) => x.tanh()],
  ["softplus", [matrix], (x) => x.softplus()],
  ["relu", [matrix], (x) => x.relu()],
  ["leaky relu", [matrix], (x) => x.leakyRelu(0.1)],
  ["sin", [matrix], (x) => x.sin()],
  ["cos", [matrix], (x) => x.cos()],
  ["clip", [matrix], (x) => x.clip(-0.7, 0.9)],
  ["where", [matrix, row], (a, b) => a.greater(0.2).where(a, b)],
];

const shaping: Case[] = [
  ["sum over axes", [cube], (x) => x.sum([0, 2])],
  ["mean keeps dimensions", [cube], (x) => x.mean(1, true)],
  ["max", [cube], (x) => x.max(-1)],
  ["min", [cube], (x) => x.min([0, 1])],
  ["log-sum-exp", [cube], (x) => x.logSumExp(1)],
  ["softmax", [cube], (x) => x.softmax(1)],
  ["log-softmax", [cube], (x) => x.logSoftmax()],
  ["reshape", [cube], (x) => x.reshape([4, -1])],
  ["transpose", [cube], (x) => x.transpose([2, 0, 1])],
  ["expand", [column], (x) => x.expand([2, 3, 4])],
  ["slice", [cube], (x) => x.slice(1, 1, 3)],
  ["at", [cube], (x) => x.at(2, -1)],
  ["pad", [cube], (x) => x.pad(1, 2, 1, 7)],
  ["concat", [matrix, { shape: [3, 2] }], (a, b) => concat([a, b, a], 1)],
  ["stack", [matrix, matrix], (a, b) => stack([a, b], 1)],
  ["take", [cube], (x) => take(x, 1, [2, 0, 2])],
  ["cumulative sum", [cube], (x) => x.cumulativeSum(1)],
  [
    "reverse exclusive cumulative sum",
    [cube],
    (x) => x.cumulativeSum(-1, { reverse: true, exclusive: true }),
  ],
  ["top-k values", [cube], (x) => x.topK(2)],
  ["gather with repeated ids", [matrix, ids], (table, rows) => table.gather(rows)],
  ["gather elements", [matrix, { shape: [3, 2], below: 4 }], (x, at) => x.gatherElements(at)],
  ["scatter add", [{ shape: [5, 2] }, ids], (values, rows) => values.scatterAdd(rows, 3)],
  ["standardize", [cube], (x) => x.standardize(-1)],
  ["L2 normalise", [cube], (x) => x.l2Normalize()],
];

const products: Case[] = [
  ["matmul", [matrix, { shape: [4, 2] }], (a, b) => a.matmul(b)],
  [
    "matmul, left transposed",
    [{ shape: [4, 3] }, { shape: [4, 2] }],
    (a, b) => a.matmul(b, { transposeLeft: true }),
  ],
  ["matmul, right transposed", [matrix, { shape: [2, 4] }], (a, b) => a.matmul(b, { transposeRight: true })],
  [
    "matmul, both transposed",
    [{ shape: [2, 4, 3] }, { shape: [2, 5, 4] }],
    (a, b) => a.matmul(b, { transposeLeft: true, transposeRight: true }),
  ],
  ["batched matmul", [cube, { shape: [2, 4, 2] }], (a, b) => a.matmul(b)],
  ["matmul by a shared matrix", [cube, { shape: [4, 2] }], (a, b) => a.matmul(b)],
  [
    "matmul by a shared transposed matrix",
    [cube, { shape: [2, 4] }],
    (a, b) => a.matmul(b, { transposeRight: true }),
  ],
  ["matmul broadcasts leading axes", [{ shape: [2, 1, 3, 4] }, { shape: [3, 4, 2] }], (a, b) => a.matmul(b)],
  [
    "conv2d, strides and padding",
    [{ shape: [2, 2, 5, 4] }, { shape: [3, 2, 3, 2] }],
    (x, w) => conv2d(x, w, { strides: [2, 1], padding: [1, 1] }),
  ],
  ["conv1d", [{ shape: [2, 3, 6] }, { shape: [2, 3, 3] }], (x, w) => conv1d(x, w, { stride: 2, padding: 1 })],
  ["max pool", [{ shape: [2, 2, 4, 4] }], (x) => maxPool2d(x, [2, 2], { strides: [2, 2] })],
  ["average pool", [{ shape: [2, 2, 4, 5] }], (x) => averagePool2d(x, [2, 3], { strides: [1, 2] })],
];

const losses: Case[] = [
  [
    "BCE with logits",
    [row, { shape: [4], low: 0, high: 1 }],
    (x, y) => bceWithLogits(x, y.mul(1).clip(0, 1)),
  ],
  [
    "weighted BCE",
    [row],
    (x) => bceWithLogits(x, x.greater(0).cast("float64"), constant("float64", [4], [1, 2, 0, 3])),
  ],
  ["cross-entropy", [{ shape: [5, 3] }, ids], (x, y) => crossEntropy(x, y)],
  [
    "linear cross-entropy",
    [{ shape: [5, 4] }, matrix, ids],
    (h, table, y) => linearCrossEntropy(h, table, y),
  ],
  ["sampled cross-entropy", [{ shape: [3] }, matrix], (p, n) => sampledCrossEntropy(p, n)],
  ["BPR", [row, row], (p, n) => bpr(p, n)],
  ["InfoNCE", [matrix, matrix], (a, b) => infoNce(a, b, constant("int32", [3], [0, 1, 2]), 0.5)],
  ["mean squared error", [row, row], (a, b) => meanSquaredError(a, b)],
  ["listwise softmax", [matrix, matrix], (s, r) => listwiseSoftmax(s, r)],
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
  test.each([...elementwise, ...shaping, ...products, ...losses])("%s", async (_, leaves, f) => {
    expect(await gradientError(leaves, f)).toBeLessThan(1e-6);
  });

  test.each<[string, number[], Parameters<typeof layerError>[1]]>([
    ["linear", [3, 4], (nn, x) => nn.linear(x, 2)],
    ["mlp", [3, 4], (nn, x) => nn.mlp(x, [5, 2], { activation: "tanh" })],
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
