import {
  axisOf,
  checkShape,
  type Dimension,
  fixed,
  formatShape,
  product,
  type Shape,
  sameShape,
  shapeError,
} from "../shape.js";
import { constant, defineOp, type Emitter, Tensor, typedArray } from "../tensor.js";

declare module "../tensor.js" {
  interface Tensor {
    /**
     * Rows by id, of axis 0 unless said otherwise: [rows, ...rest] and ids of any shape give [...ids, ...rest]. An id
     * outside the axis stops the run with an error.
     */
    gather(ids: Tensor, axis?: number): Tensor;
    /** One element per id along an axis (the last by default): [..., n] and ids [..., k] give [..., k]. */
    gatherElements(ids: Tensor, axis?: number): Tensor;
    /** The transpose of gather: adds each row [...ids, ...rest] into a zero tensor of `rows` rows at its id. */
    scatterAdd(ids: Tensor, rows: Dimension): Tensor;
    /** The transpose of gatherElements: adds each element into a zero tensor at its id along an axis made `length` long. */
    scatterElements(ids: Tensor, length: Dimension, axis?: number): Tensor;
    /** Ids to rows of zeros with a single one, float32 unless said otherwise; an id outside 0..size-1 gives zeros alone. */
    oneHot(size: number, dtype?: "float32" | "float64"): Tensor;
  }
}

function integerIds(op: string, ids: Tensor): void {
  if (ids.dtype !== "int32" && ids.dtype !== "int64")
    throw shapeError(op, `ids are ${ids.dtype}`, "ids must be int32 or int64");
}

const gatherOp = defineOp<{ axis: number }>({
  name: "gather",
  infer([table, ids], { axis }) {
    integerIds("gather", ids!);
    return { dtype: table!.dtype, shape: table!.shape.toSpliced(axis, 1, ...ids!.shape) };
  },
  emit: (emitter, inputs, { axis }) => emitter.node("Gather", inputs, { axis }),
  gradient(g, [table, ids], { axis }) {
    const rows = table!.shape[axis]!;
    if (axis === 0) return [g.scatterAdd(ids!, rows), null];
    // The ids' axes to the front, where scatterAdd wants them, and the rows' axis back into its place.
    const places = [...g.shape.keys()];
    const front = places.splice(axis, ids!.rank);
    const summed = g.transpose([...front, ...places]).scatterAdd(ids!, rows);
    const back = [...summed.shape.keys()].slice(1).toSpliced(axis, 0, 0);
    return [summed.transpose(back), null];
  },
});

function zeros(emitter: Emitter, { dtype, shape }: Tensor): string {
  return emitter.node("Expand", [emitter.constant(dtype, [], typedArray(dtype, [0])), emitter.shape(shape)]);
}

const scatterAddOp = defineOp<{ rows: Dimension }>({
  name: "scatterAdd",
  infer([values, ids], { rows }) {
    integerIds("scatterAdd", ids!);
    checkShape("scatterAdd", [rows]);
    if (values!.dtype === "bool") throw shapeError("scatterAdd", "the values are bool", "cast them first");
    if (!sameShape(values!.shape.slice(0, ids!.rank), ids!.shape)) {
      throw shapeError(
        "scatterAdd",
        `values ${formatShape(values!.shape)} for ids ${formatShape(ids!.shape)}`,
        "values must begin with the shape of the ids",
      );
    }
    return { dtype: values!.dtype, shape: [rows, ...values!.shape.slice(ids!.rank)] };
  },
  // Not ScatterND: ONNX Runtime's CPU kernel adds duplicates from several threads without a lock and loses some.
  emit(emitter, [values, ids], _, output) {
    const [source, index] = output.node.inputs;
    const rest = source!.shape.slice(index!.rank);
    const flatIds = emitter.node("Reshape", [ids!, emitter.integers([-1, ...rest.map(() => 1)])]);
    const count = product(index!.shape);
    const indices = emitter.node("Expand", [flatIds, emitter.shape([count, ...rest])]);
    const updates = emitter.node("Reshape", [values!, emitter.shape([count, ...rest])], { allowzero: 1 });
    return emitter.node("ScatterElements", [zeros(emitter, output), indices, updates], {
      axis: 0,
      reduction: "add",
    });
  },
  gradient: (g, [, ids]) => [g.gather(ids!), null],
});

/** Whether two shapes agree on every axis but one. */
function sameBut(axis: number, a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, i) => i === axis || length === b[i]);
}

const gatherElementsOp = defineOp<{ axis: number }>({
  name: "gatherElements",
  infer([x, ids], { axis }) {
    integerIds("gatherElements", ids!);
    if (!sameBut(axis, x!.shape, ids!.shape)) {
      throw shapeError(
        "gatherElements",
        `${formatShape(x!.shape)} with ids ${formatShape(ids!.shape)} along axis ${axis}`,
        "all other axes must agree",
      );
    }
    return { dtype: x!.dtype, shape: [...ids!.shape] };
  },
  emit: (emitter, inputs, { axis }) => emitter.node("GatherElements", inputs, { axis }),
  gradient: (g, [x, ids], { axis }) => [g.scatterElements(ids!, x!.shape[axis]!, axis), null],
});

const scatterElementsOp = defineOp<{ axis: number; length: Dimension }>({
  name: "scatterElements",
  infer([values, ids], { axis, length }) {
    integerIds("scatterElements", ids!);
    checkShape("scatterElements", [length]);
    if (values!.dtype === "bool")
      throw shapeError("scatterElements", "the values are bool", "cast them first");
    if (!sameShape(values!.shape, ids!.shape)) {
      throw shapeError(
        "scatterElements",
        `values ${formatShape(values!.shape)} for ids ${formatShape(ids!.shape)}`,
        "give one id per value",
      );
    }
    return { dtype: values!.dtype, shape: values!.shape.with(axis, length) };
  },
  emit: (emitter, [values, ids], { axis }, output) =>
    emitter.node("ScatterElements", [zeros(emitter, output), ids!, values!], { axis, reduction: "add" }),
  gradient: (g, [, ids], { axis }) => [g.gatherElements(ids!, axis), null],
});

Tensor.prototype.gather = function (ids, axis = 0) {
  return gatherOp([this, ids], { axis: axisOf("gather", axis, this.shape) });
};
Tensor.prototype.gatherElements = function (ids, axis = -1) {
  return gatherElementsOp([this, ids], { axis: axisOf("gatherElements", axis, this.shape) });
};
Tensor.prototype.scatterAdd = function (ids, rows) {
  return scatterAddOp([this, ids], { rows });
};
Tensor.prototype.scatterElements = function (ids, length, axis = -1) {
  return scatterElementsOp([this, ids], { axis: axisOf("scatterElements", axis, this.shape), length });
};
Tensor.prototype.oneHot = function (size, dtype = "float32") {
  integerIds("oneHot", this);
  const every = constant(
    this.dtype,
    [size],
    Array.from({ length: size }, (_, id) => id),
  );
  return this.unsqueeze(-1).equal(every).cast(dtype);
};

/** Positions chosen by constant indices along any axis, in the order given: any step, any repetition. */
export function take(x: Tensor, axis: number, indices: readonly number[]): Tensor {
  const at = axisOf("take", axis, x.shape);
  const length = fixed("take", x.shape[at]);
  if (!indices.every((index) => Number.isInteger(index) && index >= 0 && index < length)) {
    throw shapeError(
      "take",
      `indices [${indices.join(", ")}] along axis ${axis} of ${formatShape(x.shape)}`,
      `use whole numbers from 0 to ${length - 1}`,
    );
  }
  return x.gather(constant("int32", [indices.length], indices), at);
}
