import {
  axisOf,
  broadcast,
  type Dimension,
  factors,
  formatShape,
  product,
  quotient,
  type Shape,
  sameShape,
  shapeError,
} from "../shape.js";
import { defineOp, onnxTypes, Tensor } from "../tensor.js";
import { unbroadcast } from "./arithmetic.js";

declare module "../tensor.js" {
  interface Tensor {
    /** One length may be -1: it is worked out from the others. */
    reshape(shape: Shape): Tensor;
    /** Joins all axes from `start` on into one. */
    flatten(start?: number): Tensor;
    squeeze(axis: number): Tensor;
    unsqueeze(axis: number): Tensor;
    /** Reorders axes; without an argument swaps the last two. */
    transpose(order?: readonly number[]): Tensor;
    expand(shape: Shape): Tensor;
  }
}

const reshapeOp = defineOp<{ shape: Dimension[] }>({
  name: "reshape",
  infer: ([x], { shape }) => ({ dtype: x!.dtype, shape }),
  emit(emitter, [x], { shape }) {
    const symbolic = shape.filter((length) => typeof length === "string").length;
    const target =
      symbolic <= 1 && !shape.includes(0)
        ? emitter.integers(shape.map((length) => (typeof length === "string" ? -1 : length)))
        : emitter.shape(shape);
    return emitter.node("Reshape", [x!, target], { allowzero: shape.includes(0) ? 1 : 0 });
  },
  gradient: (upstream, [x]) => [reshape(upstream, x!.shape)],
});

export function reshape(x: Tensor, shape: Shape): Tensor {
  const wanted = [...shape];
  const size = product(x.shape);
  const hole = wanted.indexOf(-1);
  if (hole >= 0) {
    wanted[hole] = 1;
    const rest = quotient(size, product(wanted));
    if (rest === null || wanted.includes(-1)) {
      throw shapeError(
        "reshape",
        `${formatShape(x.shape)} does not fit ${formatShape(shape)}`,
        "at most one length may be -1, and the others must divide the size",
      );
    }
    wanted[hole] = rest;
  }
  if (product(wanted) !== size) {
    throw shapeError(
      "reshape",
      `${formatShape(x.shape)} has ${size} elements, ${formatShape(wanted)} has ${product(wanted)}`,
      "the number of elements must stay the same",
    );
  }
  return sameShape(wanted, x.shape) ? x : reshapeOp([x], { shape: wanted });
}

const transposeOp = defineOp<{ order: number[] }>({
  name: "transpose",
  infer: ([x], { order }) => ({ dtype: x!.dtype, shape: order.map((axis) => x!.shape[axis]!) }),
  emit: (emitter, inputs, { order }) => emitter.node("Transpose", inputs, { perm: order }),
  gradient: (upstream, _, { order }) => [
    transpose(
      upstream,
      order.map((__, axis) => order.indexOf(axis)),
    ),
  ],
});

export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const { rank } = x;
  if (rank < 2) throw shapeError("transpose", formatShape(x.shape), "there must be two axes to swap");
  const axes = order ?? [...Array(rank - 2).keys(), rank - 1, rank - 2];
  const resolved = axes.map((axis) => axisOf("transpose", axis, x.shape));
  if (new Set(resolved).size !== rank || resolved.length !== rank) {
    throw shapeError(
      "transpose",
      `order [${axes.join(", ")}] for shape ${formatShape(x.shape)}`,
      "name each axis exactly once",
    );
  }
  return resolved.every((axis, position) => axis === position) ? x : transposeOp([x], { order: resolved });
}

const expandOp = defineOp<{ shape: Dimension[] }>({
  name: "expand",
  infer([x], { shape }) {
    if (!sameShape(broadcast("expand", x!.shape, shape), shape)) {
      throw shapeError(
        "expand",
        `${formatShape(x!.shape)} to ${formatShape(shape)}`,
        "only lengths of 1 can be repeated",
      );
    }
    return { dtype: x!.dtype, shape };
  },
  emit: (emitter, [x], { shape }) => emitter.node("Expand", [x!, emitter.shape(shape)]),
  gradient: (upstream, [x]) => [unbroadcast(upstream, x!)],
});

export function expand(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : expandOp([x], { shape: [...shape] });
}

const shapeValueOp = defineOp<{ dimension: Dimension }>({
  name: "shapeValue",
  infer: ([like]) => ({ dtype: like!.dtype, shape: [] }),
  emit(emitter, _, { dimension }, output) {
    const size = emitter.node("ReduceProd", [emitter.shape([dimension])], { keepdims: 0 });
    return emitter.node("Cast", [size], { to: onnxTypes[output.dtype] });
  },
  gradient: () => [null],
});

/** A symbolic length as a scalar of `like`'s float type, known when the graph runs. */
export function shapeValue(dimension: Dimension, like: Tensor): Tensor {
  if (factors(dimension).symbols.length === 0)
    throw shapeError("shapeValue", `${dimension} is a number`, "use it directly");
  return shapeValueOp([like], { dimension });
}

Tensor.prototype.reshape = function (shape) {
  return reshape(this, shape);
};
Tensor.prototype.flatten = function (start = 0) {
  const axis = axisOf("flatten", start, this.shape);
  return reshape(this, [...this.shape.slice(0, axis), product(this.shape.slice(axis))]);
};
Tensor.prototype.squeeze = function (axis) {
  const at = axisOf("squeeze", axis, this.shape);
  if (this.shape[at] !== 1) {
    throw shapeError(
      "squeeze",
      `axis ${axis} of ${formatShape(this.shape)} has length ${this.shape[at]}`,
      "only an axis of length 1 can be squeezed",
    );
  }
  return reshape(this, this.shape.toSpliced(at, 1));
};
Tensor.prototype.unsqueeze = function (axis) {
  const at = axis < 0 ? axis + this.rank + 1 : axis;
  if (at < 0 || at > this.rank) {
    throw shapeError(
      "unsqueeze",
      `axis ${axis} for shape ${formatShape(this.shape)}`,
      `use an axis from ${-this.rank - 1} to ${this.rank}`,
    );
  }
  return reshape(this, this.shape.toSpliced(at, 0, 1));
};
Tensor.prototype.transpose = function (order) {
  return transpose(this, order);
};
Tensor.prototype.expand = function (shape) {
  return expand(this, shape);
};
