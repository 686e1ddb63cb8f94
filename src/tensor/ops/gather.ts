import { axisOf, type Dimension, fixed, formatShape, product, sameShape, shapeError } from "../shape.js";
import { constant, defineOp, Tensor } from "../tensor.js";

declare module "../tensor.js" {
  interface Tensor {
    /** Rows of axis 0 by id: [rows, ...rest] and ids of any shape give [...ids, ...rest]. */
    gather(ids: Tensor): Tensor;
    /** One element per id along the last axis: [..., n] and ids [..., k] give [..., k]. */
    gatherElements(ids: Tensor): Tensor;
    /** The transpose of gather: adds each row [...ids, ...rest] into a zero tensor of `rows` rows at its id. */
    scatterAdd(ids: Tensor, rows: Dimension): Tensor;
    /** Ids to rows of zeros with a single one, float32 unless said otherwise. */
    oneHot(size: number, dtype?: "float32" | "float64"): Tensor;
  }
}

function integerIds(op: string, ids: Tensor): void {
  if (ids.dtype !== "int32" && ids.dtype !== "int64")
    throw shapeError(op, `ids are ${ids.dtype}`, "ids must be int32 or int64");
}

const gatherOp = defineOp<object>({
  name: "gather",
  infer([table, ids]) {
    integerIds("gather", ids!);
    if (table!.rank === 0)
      throw shapeError("gather", "the table is a scalar", "give at least one axis of rows");
    return { dtype: table!.dtype, shape: [...ids!.shape, ...table!.shape.slice(1)] };
  },
  emit: (emitter, inputs) => emitter.node("Gather", inputs, { axis: 0 }),
  gradient: (g, [table, ids]) => [scatterAdd(g, ids!, table!.shape[0]!), null],
});

const scatterAddOp = defineOp<{ rows: Dimension }>({
  name: "scatterAdd",
  infer([values, ids], { rows }) {
    integerIds("scatterAdd", ids!);
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
    const updates = emitter.node("Reshape", [values!, emitter.shape([count, ...rest])]);
    const zero = output.dtype === "float64" ? Float64Array.of(0) : Float32Array.of(0);
    const zeros = emitter.node("Expand", [
      emitter.constant(output.dtype, [], zero),
      emitter.shape(output.shape),
    ]);
    return emitter.node("ScatterElements", [zeros, indices, updates], { axis: 0, reduction: "add" });
  },
  gradient: (g, [, ids]) => [g.gather(ids!), null],
});

export function scatterAdd(values: Tensor, ids: Tensor, rows: Dimension): Tensor {
  return scatterAddOp([values, ids], { rows });
}

const gatherElementsOp = defineOp<object>({
  name: "gatherElements",
  infer([x, ids]) {
    integerIds("gatherElements", ids!);
    if (x!.rank !== ids!.rank || !sameShape(x!.shape.slice(0, -1), ids!.shape.slice(0, -1))) {
      throw shapeError(
        "gatherElements",
        `${formatShape(x!.shape)} with ids ${formatShape(ids!.shape)}`,
        "all axes but the last must agree",
      );
    }
    return { dtype: x!.dtype, shape: [...ids!.shape] };
  },
  emit: (emitter, inputs, _, output) => emitter.node("GatherElements", inputs, { axis: output.rank - 1 }),
  gradient: (g, [x, ids]) => [scatterElements(g, ids!, x!), null],
});

const scatterElementsOp = defineOp<{ length: Dimension }>({
  name: "scatterElements",
  infer: ([values], { length }) => ({ dtype: values!.dtype, shape: values!.shape.with(-1, length) }),
  emit(emitter, [values, ids], _, output) {
    const zero = output.dtype === "float64" ? Float64Array.of(0) : Float32Array.of(0);
    const zeros = emitter.node("Expand", [
      emitter.constant(output.dtype, [], zero),
      emitter.shape(output.shape),
    ]);
    return emitter.node("ScatterElements", [zeros, ids!, values!], {
      axis: output.rank - 1,
      reduction: "add",
    });
  },
  gradient: (g, [, ids]) => [g.gatherElements(ids!), null],
});

function scatterElements(values: Tensor, ids: Tensor, like: Tensor): Tensor {
  return scatterElementsOp([values, ids], { length: like.shape.at(-1)! });
}

Tensor.prototype.gather = function (ids) {
  return gatherOp([this, ids], {});
};
Tensor.prototype.gatherElements = function (ids) {
  return gatherElementsOp([this, ids], {});
};
Tensor.prototype.scatterAdd = function (ids, rows) {
  return scatterAdd(this, ids, rows);
};
Tensor.prototype.oneHot = function (size, dtype = "float32") {
  const every = constant(
    this.dtype,
    [size],
    Array.from({ length: size }, (_, id) => id),
  );
  return this.unsqueeze(-1).equal(every).cast(dtype);
};

/** Positions chosen by constant indices along any axis. */
export function take(x: Tensor, axis: number, indices: readonly number[]): Tensor {
  const at = axisOf("take", axis, x.shape);
  const length = fixed("take", x.shape[at]);
  if (indices.some((index) => index < 0 || index >= length)) {
    throw shapeError(
      "take",
      `an index outside 0..${length - 1} along axis ${axis}`,
      "keep indices inside the axis",
    );
  }
  const ids = constant("int32", [indices.length], indices);
  const front = [at, ...x.shape.keys()].filter((value, position) => position === 0 || value !== at);
  const back = x.shape.map((_, i) => front.indexOf(i));
  return x.transpose(front).gather(ids).transpose(back);
}
