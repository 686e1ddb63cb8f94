import { axisOf, formatShape, shapeError } from "../shape.js";
import { defineOp, Tensor } from "../tensor.js";

declare module "../tensor.js" {
  interface Tensor {
    cumulativeSum(axis?: number, options?: { reverse?: boolean; exclusive?: boolean }): Tensor;
    /** The `k` largest values along the last axis, largest first. */
    topK(k: number): Tensor;
    /** The ids (int64) of the `k` largest values along the last axis; ties in favour of the lower id. */
    topKIndices(k: number): Tensor;
  }
}

const cumulativeSumOp = defineOp<{ axis: number; reverse: boolean; exclusive: boolean }>({
  name: "cumulativeSum",
  infer: ([x]) => ({ dtype: x!.dtype, shape: [...x!.shape] }),
  emit: (emitter, [x], { axis, reverse, exclusive }) =>
    emitter.node("CumSum", [x!, emitter.constant("int64", [], BigInt64Array.of(BigInt(axis)))], {
      reverse: reverse ? 1 : 0,
      exclusive: exclusive ? 1 : 0,
    }),
  gradient: (g, _, { axis, reverse, exclusive }) => [g.cumulativeSum(axis, { reverse: !reverse, exclusive })],
});

const topKIndicesOp = defineOp<{ k: number }>({
  name: "topKIndices",
  infer([x], { k }) {
    const length = x!.shape.at(-1);
    if (typeof length === "number" && k > length) {
      throw shapeError("topK", `k = ${k} of ${formatShape(x!.shape)}`, `k can be ${length} at most`);
    }
    return { dtype: "int64", shape: x!.shape.with(-1, k) };
  },
  emit: (emitter, [x], { k }) => emitter.node("TopK", [x!, emitter.integers([k])], { axis: -1 }, 1),
});

Tensor.prototype.cumulativeSum = function (axis = -1, options = {}) {
  return cumulativeSumOp([this], {
    axis: axisOf("cumulativeSum", axis, this.shape),
    reverse: options.reverse ?? false,
    exclusive: options.exclusive ?? false,
  });
};
Tensor.prototype.topKIndices = function (k) {
  return topKIndicesOp([this], { k });
};
Tensor.prototype.topK = function (k) {
  return this.gatherElements(this.topKIndices(k));
};
