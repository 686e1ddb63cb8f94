import {
  averagePool2d,
  concat,
  constant,
  conv1d,
  conv2d,
  conv2dUnfolded,
  maxPool2d,
  moments,
  stack,
  stopGradient,
  type Tensor,
  take,
  unfold,
  where,
  withGradient,
} from "../../src/tensor/index.js";
import type { Leaf } from "./gradient-check.js";

/** One use of one op. The name is shared with the independent program that computes the same (`test/golden/ops.py`). */
export interface OpCase {
  name: string;
  leaves: Leaf[];
  f: (...x: Tensor[]) => Tensor;
  /** Has no answer for a batch without rows, or none from ONNX Runtime, whose products do not broadcast 1 against 0. */
  needsRows?: boolean;
}

const matrix: Leaf = { shape: ["batch", 4] };
const row: Leaf = { shape: [4] };
const column: Leaf = { shape: ["batch", 1] };
const scalar: Leaf = { shape: [] };
const positive: Leaf = { shape: ["batch", 4], low: 0.3, high: 2 };
const cube: Leaf = { shape: ["batch", 2, 4] };
const ids: Leaf = { shape: ["batch"], below: 3 };
const image: Leaf = { shape: ["batch", 2, 5, 4] };

const of = (name: string, leaves: Leaf[], f: OpCase["f"]): OpCase => ({ name, leaves, f });
const ofRows = (name: string, leaves: Leaf[], f: OpCase["f"]): OpCase => ({
  name,
  leaves,
  f,
  needsRows: true,
});

const elementwise: OpCase[] = [
  of("add", [matrix, row], (a, b) => a.add(b)),
  of("sub", [column, row], (a, b) => a.sub(b)),
  of("mul", [cube, { shape: [2, 1] }], (a, b) => a.mul(b)),
  of("div", [matrix, { shape: [4], low: 0.5, high: 2 }], (a, b) => a.div(b)),
  of("pow", [positive, { shape: [4], low: 0.5, high: 2 }], (a, b) => a.pow(b)),
  of("pow of a negative base", [matrix], (x) => x.pow(3)),
  of("maximum", [matrix, row], (a, b) => a.maximum(b)),
  of("minimum", [matrix, row], (a, b) => a.minimum(b)),
  of("scalar operand", [scalar, matrix], (a, b) => a.mul(b).add(a)),
  of("plain numbers", [matrix], (x) => x.mul(3).add(1).sub(0.5).div(2).maximum(-1).minimum(2)),
  of("neg", [matrix], (x) => x.neg()),
  of("abs", [matrix], (x) => x.abs()),
  of("exp", [matrix], (x) => x.exp()),
  of("log", [positive], (x) => x.log()),
  of("sqrt", [positive], (x) => x.sqrt()),
  of("square", [matrix], (x) => x.square()),
  of("reciprocal", [positive], (x) => x.reciprocal()),
  of("sigmoid", [matrix], (x) => x.mul(4).sigmoid()),
  of("tanh", [matrix], (x) => x.tanh()),
  of("softplus", [matrix], (x) => x.mul(8).softplus()),
  of("relu", [matrix], (x) => x.relu()),
  of("leakyRelu", [matrix], (x) => x.leakyRelu(0.1)),
  of("gelu", [matrix], (x) => x.mul(2).gelu()),
  of("erf", [matrix], (x) => x.mul(3).erf()),
  of("sin", [matrix], (x) => x.sin()),
  of("cos", [matrix], (x) => x.cos()),
  of("sign", [matrix], (x) => x.sign().mul(x)),
  of("floor", [matrix], (x) => x.floor().mul(x)),
  of("ceil", [matrix], (x) => x.ceil().mul(x)),
  of("round", [matrix], (x) => x.round().mul(x)),
  of("clip", [matrix], (x) => x.clip(-0.7, 0.9)),
];

const selection: OpCase[] = [
  of("greater, where", [matrix, row], (a, b) => a.greater(0.2).where(a, b)),
  of("greaterEqual, not", [matrix, row], (a, b) => a.greaterEqual(b).not().where(a, b)),
  of("less, and", [matrix, row], (a, b) => a.less(b).and(a.greater(-1)).where(a, 0)),
  of("lessEqual, or", [matrix, row], (a, b) => a.lessEqual(b).or(a.greater(1)).where(1, a)),
  of("equal ids", [ids, matrix], (i, x) => i.equal(1).unsqueeze(1).where(x, x.mul(2))),
  of("bool where", [matrix], (x) => where(x.greater(0), x.less(1), x.less(-1)).where(x, 0)),
  of("cast", [ids, matrix], (i, x) => x.mul(i.cast("bool").cast("int64").cast(x.dtype).unsqueeze(1))),
  of("int32 arithmetic", [ids, matrix], (i, x) =>
    x.mul(i.mul(2).add(1).sub(i).maximum(2).minimum(5).neg().abs().clip(0, 4).cast(x.dtype).unsqueeze(1)),
  ),
];

const reductions: OpCase[] = [
  of("sum over axes", [cube], (x) => x.sum([0, -1])),
  of("sum of all", [cube], (x) => x.sum()),
  of("mean over the batch", [matrix], (x) => x.mean(0)),
  of("mean of all", [cube], (x) => x.mean()),
  of("mean keeps dimensions", [cube], (x) => x.mean(1, true)),
  of("max", [cube], (x) => x.max(-1)),
  ofRows("max over the batch", [matrix], (x) => x.max(0)),
  of("min", [cube], (x) => x.min([1, 2])),
  of("logSumExp", [cube], (x) => x.logSumExp(1)),
  of("logSumExp of all", [{ shape: [2, 3] }], (x) => x.logSumExp(undefined, true)),
  of("softmax", [cube], (x) => x.softmax(1)),
  of("logSoftmax", [cube], (x) => x.logSoftmax()),
  of("logSoftmax over an inner axis", [cube], (x) => x.logSoftmax(-2)),
  of("cumulativeSum", [cube], (x) => x.cumulativeSum(1)),
  of("cumulativeSum, reverse, exclusive", [cube], (x) =>
    x.cumulativeSum(-1, { reverse: true, exclusive: true }),
  ),
  of("topK", [cube], (x) => x.topK(2)),
  of("topKIndices", [matrix], (x) => x.gatherElements(x.neg().topKIndices(3))),
  of("moments", [cube], (x) => moments(x, [0, 2]).variance.add(moments(x, 1).mean)),
  of("standardize", [cube], (x) => x.standardize(-1)),
  of("standardize over the batch", [matrix], (x) => x.standardize(0)),
  of("l2Normalize", [cube], (x) => x.l2Normalize()),
];

const shaping: OpCase[] = [
  of("reshape", [cube], (x) => x.reshape([4, -1])),
  of("flatten", [cube], (x) => x.flatten(1)),
  of("flatten2d", [cube], (x) => x.flatten2d()),
  of("squeeze, unsqueeze", [column], (x) => x.squeeze(-1).unsqueeze(0).unsqueeze(-1)),
  of("transpose", [cube], (x) => x.transpose()),
  of("transpose in an order", [cube], (x) => x.transpose([2, 0, -2])),
  of("expand", [column], (x) => x.unsqueeze(0).expand([2, x.shape[0]!, 4])),
  of("slice", [cube], (x) => x.slice(1, -1)),
  of("slice by steps", [{ shape: ["batch", 7] }], (x) => x.slice(1, 1, 7, 2)),
  of("slice by steps that overshoot", [{ shape: ["batch", 7] }], (x) => x.slice(1, 0, 6, 4)),
  of("slices that overlap and leave gaps", [{ shape: ["batch", 8] }], (x) =>
    concat([x.slice(1, 1, 3), x.slice(1, 2, 5), x.slice(1, 6, 7), x.slice(1, 1, 2).square()], 1),
  ),
  of("slices read step by step", [cube], (x) => x.at(1, 1).mul(x.at(1, 0)).add(x.at(2, 3).sum())),
  of("at", [cube], (x) => x.at(2, -1)),
  of("pad", [cube], (x) => x.pad(1, 2, 1, 7)),
  of("concat", [matrix, { shape: ["batch", 2] }], (a, b) => concat([a, b, a], 1)),
  of("concat along the batch", [matrix, { shape: ["2*batch", 4] }], (a, b) => concat([a, b, a.mul(2)], 0)),
  of("stack", [matrix, matrix], (a, b) => stack([a, b], 1)),
  of("take", [cube], (x) => take(x, 1, [1, 0, 1])),
  of("gather", [{ shape: [3, 4] }, ids], (table, i) => table.gather(i)),
  of("gather by a matrix of ids", [{ shape: [3, 2] }, { shape: ["batch", 2], below: 3 }], (table, i) =>
    table.gather(i),
  ),
  of("gather along another axis", [{ shape: [2, 3, 2] }, { shape: ["batch", 2], below: 3 }], (x, i) =>
    x.gather(i, 1),
  ),
  of("gather by one id", [cube, { shape: [], below: 4 }], (x, i) => x.gather(i, -1)),
  of("gatherElements", [matrix, { shape: ["batch", 2], below: 4 }], (x, i) => x.gatherElements(i)),
  of("gatherElements along another axis", [{ shape: [3, 2] }, { shape: [4, 2], below: 3 }], (x, i) =>
    x.gatherElements(i, 0),
  ),
  of("scatterAdd", [{ shape: ["batch", 2] }, ids], (values, i) => values.scatterAdd(i, 3)),
  of("scatterElements", [{ shape: ["batch", 5] }, { shape: ["batch", 5], below: 4 }], (values, i) =>
    values.scatterElements(i, 4),
  ),
  of("oneHot", [ids, { shape: ["batch", 3] }], (i, x) => i.oneHot(3).cast(x.dtype).mul(x)),
  of("stopGradient", [matrix], (x) => x.sub(stopGradient(x.mul(0)))),
  of("withGradient", [matrix], (x) => withGradient(stopGradient(x).square(), [x], (g) => [g.mul(x).mul(2)])),
  of("constant", [matrix], (x) => x.mul(constant(x.dtype, [4], [1, -2, 0, 0.5]))),
];

const products: OpCase[] = [
  of("matmul", [matrix, { shape: [4, 2] }], (a, b) => a.matmul(b)),
  of("matmul, left transposed", [matrix, { shape: ["batch", 2] }], (a, b) =>
    a.matmul(b, { transposeLeft: true }),
  ),
  of("matmul, right transposed", [matrix, { shape: [2, 4] }], (a, b) =>
    a.matmul(b, { transposeRight: true }),
  ),
  of("matmul, both transposed", [{ shape: ["batch", 4, 3] }, { shape: ["batch", 5, 4] }], (a, b) =>
    a.matmul(b, { transposeLeft: true, transposeRight: true }),
  ),
  of("matmul in a batch", [cube, { shape: ["batch", 4, 2] }], (a, b) => a.matmul(b)),
  of("matmul by a shared matrix", [cube, { shape: [4, 2] }], (a, b) => a.matmul(b)),
  of("matmul by a shared transposed matrix", [cube, { shape: [2, 4] }], (a, b) =>
    a.matmul(b, { transposeRight: true }),
  ),
  ofRows("matmul of a shared left side", [{ shape: [2, 3] }, { shape: ["batch", 3, 2] }], (a, b) =>
    a.matmul(b),
  ),
  ofRows("matmul broadcasts leading axes", [{ shape: ["batch", 1, 3, 4] }, { shape: [2, 4, 2] }], (a, b) =>
    a.matmul(b),
  ),
  of("conv2d", [image, { shape: [3, 2, 3, 2] }], (x, w) => conv2d(x, w)),
  of("conv2d, strides and padding", [image, { shape: [3, 2, 3, 2] }], (x, w) =>
    conv2d(x, w, { strides: [2, 1], padding: [1, 1] }),
  ),
  of("conv2d, dilations", [image, { shape: [1, 2, 2, 2] }], (x, w) =>
    conv2d(x, w, { dilations: [3, 2], padding: [0, 1], strides: [1, 2] }),
  ),
  of("conv2d, unfolded", [image, { shape: [2, 2, 2, 3] }], (x, w) =>
    conv2dUnfolded(x, w, { strides: [1, 2], padding: [2, 0] }),
  ),
  of("conv1d", [{ shape: ["batch", 2, 7] }, { shape: [2, 2, 3] }], (x, w) =>
    conv1d(x, w, { stride: 2, padding: 1, dilation: 2 }),
  ),
  of("unfold", [image], (x) => unfold(x, [2, 3], { strides: [2, 1], dilations: [2, 1] })),
  of("maxPool2d", [image], (x) => maxPool2d(x, [2, 2], { strides: [2, 2] })),
  of("maxPool2d, padding and dilation", [image], (x) =>
    maxPool2d(x, [2, 2], { padding: [1, 1], dilations: [2, 2] }),
  ),
  of("averagePool2d", [image], (x) => averagePool2d(x, [2, 3], { strides: [1, 2], padding: [1, 1] })),
];

export const opCases: readonly OpCase[] = [
  ...elementwise,
  ...selection,
  ...reductions,
  ...shaping,
  ...products,
];
