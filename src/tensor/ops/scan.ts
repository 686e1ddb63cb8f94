import { axisOf, checkCount, formatShape, shapeError } from "../shape.js";
import { defineOp, Tensor, typedArray } from "../tensor.js";

declare module "../tensor.js" {
  interface Tensor {
    /** Running sums along an axis (the last by default): from the end when `reverse`, without the element itself when `exclusive`. */
    cumulativeSum(axis?: number, options?: { reverse?: boolean; exclusive?: boolean }): Tensor;
    /** The `k` largest values along the last axis, largest first. */
    topK(k: number): Tensor;
    /** The ids (int64) of the `k` largest values along the last axis; ties in favour of the lower id. */
    topKIndices(k: number): Tensor;
  }
}

const cumulativeSumOp = defineOp<{ axis: number; reverse: boolean; exclusive: boolean }>({
  name: "cumulativeSum",
  takes: "number",
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
  takes: "number",
  infer([x], { k }) {
    const length = x!.shape.at(-1);
    if (length === undefined) throw shapeError("topK", "the tensor is a scalar", "give at least one axis");
    checkCount("topK", "k", k);
    if (typeof length === "number" && k > length) {
      throw shapeError("topK", `k = ${k} of ${formatShape(x!.shape)}`, `k can be ${length} at most`);
    }
    return { dtype: "int64", shape: x!.shape.with(-1, k) };
  },
  emit(emitter, [x], { k }, output) {
    const top = (values: string) => emitter.node("TopK", [values, emitter.integers([k])], { axis: -1 }, 1);
    const length = output.node.inputs[0]!.shape.at(-1);
    if (typeof length !== "number" || output.shape.every((axis) => typeof axis === "number")) return top(x!);
    // ONNX Runtime's CPU kernel divides by the number of rows, and a batch may have none: give it one more.
    const { dtype } = output.node.inputs[0]!;
    const extra = emitter.constant(dtype, [1, length], typedArray(dtype, new Array<number>(length).fill(0)));
    const rows = emitter.node("Reshape", [x!, emitter.integers([-1, length])]);
    const found = top(emitter.node("Concat", [rows, extra], { axis: 0 }));
    const [zero, last] = [emitter.integers([0]), emitter.integers([-1])];
    const kept = emitter.node("Slice", [found, zero, last, zero]);
    return emitter.node("Reshape", [kept, emitter.shape(output.shape)], { allowzero: 1 });
  },
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
