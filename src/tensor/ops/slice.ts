import { axisOf, type Dimension, fixed, formatShape, shapeError } from "../shape.js";
import { defineOp, Tensor, typedArray } from "../tensor.js";

declare module "../tensor.js" {
  interface Tensor {
    /** Elements `start` (inclusive) to `end` (exclusive) along one axis; negative counts from the end. */
    slice(axis: number, start: number, end?: number): Tensor;
    /** One position along an axis, which disappears. */
    at(axis: number, position: number): Tensor;
    /** Adds `before` and `after` elements of `value` along one axis. */
    pad(axis: number, before: number, after: number, value?: number): Tensor;
  }
}

const sliceOp = defineOp<{ axis: number; start: number; end: number }>({
  name: "slice",
  infer: ([x], { axis, start, end }) => ({ dtype: x!.dtype, shape: x!.shape.with(axis, end - start) }),
  emit: (emitter, [x], { axis, start, end }) =>
    emitter.node("Slice", [x!, emitter.integers([start]), emitter.integers([end]), emitter.integers([axis])]),
  gradient: (g, [x], { axis, start, end }) => [g.pad(axis, start, fixed("slice", x!.shape[axis]) - end)],
});

const padOp = defineOp<{ axis: number; before: number; after: number; value: number }>({
  name: "pad",
  infer: ([x], { axis, before, after }) => ({
    dtype: x!.dtype,
    shape: x!.shape.with(axis, fixed("pad", x!.shape[axis]) + before + after),
  }),
  emit(emitter, [x], { axis, before, after, value }, output) {
    const amounts = new Array<number>(output.rank * 2).fill(0);
    amounts[axis] = before;
    amounts[axis + output.rank] = after;
    const fill = emitter.constant(output.dtype, [], typedArray(output.dtype, [value]));
    return emitter.node("Pad", [x!, emitter.integers(amounts), fill]);
  },
  gradient: (g, [x], { axis, before }) => [g.slice(axis, before, before + fixed("pad", x!.shape[axis]))],
});

const concatOp = defineOp<{ axis: number }>({
  name: "concat",
  infer(inputs, { axis }) {
    const [first] = inputs;
    let length = 0;
    for (const part of inputs) {
      const fits = part.rank === first!.rank && part.dtype === first!.dtype;
      if (!fits || part.shape.some((d, i) => i !== axis && d !== first!.shape[i])) {
        throw shapeError(
          "concat",
          `${first!.dtype}${formatShape(first!.shape)} and ${part.dtype}${formatShape(part.shape)} along axis ${axis}`,
          "types and all other lengths must agree",
        );
      }
      if (inputs.length > 1) length += fixed("concat", part.shape[axis]);
    }
    return { dtype: first!.dtype, shape: first!.shape.with(axis, length) as Dimension[] };
  },
  emit: (emitter, inputs, { axis }) => emitter.node("Concat", inputs, { axis }),
  gradient(g, inputs, { axis }) {
    let start = 0;
    return inputs.map((part) => {
      const from = start;
      start += fixed("concat", part.shape[axis]);
      return g.slice(axis, from, start);
    });
  },
});

/** Joins tensors along an existing axis. */
export function concat(inputs: readonly Tensor[], axis = -1): Tensor {
  const [first] = inputs;
  if (!first) throw shapeError("concat", "no tensors", "give at least one");
  return inputs.length === 1 ? first : concatOp(inputs, { axis: axisOf("concat", axis, first.shape) });
}

/** Joins tensors of one shape along a new axis. */
export function stack(inputs: readonly Tensor[], axis = 0): Tensor {
  return concat(
    inputs.map((part) => part.unsqueeze(axis)),
    axis,
  );
}

Tensor.prototype.slice = function (axis, start, end) {
  const at = axisOf("slice", axis, this.shape);
  const length = fixed("slice", this.shape[at]);
  const from = start < 0 ? start + length : start;
  const to = end === undefined ? length : end < 0 ? end + length : end;
  if (from < 0 || to > length || from > to) {
    throw shapeError(
      "slice",
      `${start} to ${end ?? "the end"} of axis ${axis} in ${formatShape(this.shape)}`,
      `stay within 0 and ${length}`,
    );
  }
  return from === 0 && to === length ? this : sliceOp([this], { axis: at, start: from, end: to });
};
Tensor.prototype.at = function (axis, position) {
  const from = position < 0 ? position + fixed("at", this.shape[axisOf("at", axis, this.shape)]) : position;
  return this.slice(axis, from, from + 1).squeeze(axis);
};
Tensor.prototype.pad = function (axis, before, after, value = 0) {
  if (before < 0 || after < 0)
    throw shapeError("pad", `${before} before, ${after} after`, "use slice to remove elements");
  return before === 0 && after === 0
    ? this
    : padOp([this], { axis: axisOf("pad", axis, this.shape), before, after, value });
};
