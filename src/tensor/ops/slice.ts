import { axisOf, checkCount, type Dimension, fixed, formatShape, shapeError, total } from "../shape.js";
import { constant, defineOp, Tensor, typedArray } from "../tensor.js";

declare module "../tensor.js" {
  interface Tensor {
    /**
     * Every `step`-th element (1 by default) from `start` (inclusive) to `end` (exclusive) along one axis; negative
     * bounds count from the end.
     */
    slice(axis: number, start: number, end?: number, step?: number): Tensor;
    /** One position along an axis, which disappears. */
    at(axis: number, position: number): Tensor;
    /** Adds `before` and `after` elements of `value` along one axis. */
    pad(axis: number, before: number, after: number, value?: number): Tensor;
  }
}

const sliceOp = defineOp<{ axis: number; start: number; end: number; step: number }>({
  name: "slice",
  infer: ([x], { axis, start, end, step }) => ({
    dtype: x!.dtype,
    shape: x!.shape.with(axis, Math.ceil((end - start) / step)),
  }),
  emit: (emitter, [x], { axis, start, end, step }) =>
    emitter.node("Slice", [x!, ...[start, end, axis, step].map((value) => emitter.integers([value]))]),
  gradient(g, [x], { axis, start, step }) {
    const whole = fixed("slice", x!.shape[axis]);
    const spread = interleaveZeros(g, axis, step);
    const length = fixed("slice", spread.shape[axis]);
    const kept = spread.slice(axis, 0, Math.min(length, whole - start));
    return [kept.pad(axis, start, Math.max(0, whole - start - length))];
  },
});

/** Follows each element along an axis with step - 1 zeros. */
function interleaveZeros(x: Tensor, axis: number, step: number): Tensor {
  if (step === 1) return x;
  const length = fixed("slice", x.shape[axis]);
  return x
    .unsqueeze(axis + 1)
    .pad(axis + 1, 0, step - 1)
    .reshape(x.shape.with(axis, length * step));
}

/** One part of what was joined; unlike `slice` it may stand at a symbolic place. */
const partOp = defineOp<{ axis: number; start: Dimension; end: Dimension; length: Dimension }>({
  name: "part",
  infer: ([x], { axis, length }) => ({ dtype: x!.dtype, shape: x!.shape.with(axis, length) }),
  emit: (emitter, [x], { axis, start, end }) =>
    emitter.node("Slice", [x!, emitter.shape([start]), emitter.shape([end]), emitter.integers([axis])]),
});

interface Padding {
  axis: number;
  before: number;
  after: number;
  value: number;
}

const padOp = defineOp<Padding>({
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

/**
 * The sum of gradients that belong to one value. Those of its slices come back padded with zeros to the whole: what does
 * not overlap is joined instead of added, so that a sequence read step by step costs its length and not its square.
 */
export function sumOfParts(parts: readonly Tensor[]): Tensor {
  const joined: Tensor[] = [];
  const slices = new Map<number, Tensor[]>();
  for (const part of parts) {
    const axis = sliceAxis(part);
    if (axis === null) joined.push(part);
    else slices.set(axis, [...(slices.get(axis) ?? []), part]);
  }
  for (const [axis, group] of slices) joined.push(...joinSlices(group, axis));
  return joined.reduce((total, part) => total.add(part));
}

function sliceAxis({ node: { op, attributes } }: Tensor): number | null {
  if (op.name !== "pad") return null;
  const { axis, value } = attributes as Padding;
  return value === 0 ? axis : null;
}

/** Lays padded slices of one axis end to end; those that overlap go into a further tensor. */
function joinSlices(group: readonly Tensor[], axis: number): Tensor[] {
  if (group.length === 1) return [...group];
  const whole = fixed("pad", group[0]!.shape[axis]);
  const rows: { end: number; pieces: Tensor[] }[] = [];
  const start = (part: Tensor) => (part.node.attributes as Padding).before;
  for (const part of group.toSorted((a, b) => start(a) - start(b))) {
    const piece = part.node.inputs[0]!;
    let row = rows.find(({ end }) => end <= start(part));
    if (!row) {
      row = { end: 0, pieces: [] };
      rows.push(row);
    }
    if (start(part) > row.end) row.pieces.push(zeros(piece, axis, start(part) - row.end));
    row.pieces.push(piece);
    row.end = start(part) + fixed("pad", piece.shape[axis]);
  }
  return rows.map(({ end, pieces }) => {
    const [first] = pieces;
    return concat(end < whole ? [...pieces, zeros(first!, axis, whole - end)] : pieces, axis);
  });
}

function zeros(like: Tensor, axis: number, length: number): Tensor {
  return constant(like.dtype, [], [0]).expand(like.shape.with(axis, length));
}

const concatOp = defineOp<{ axis: number }>({
  name: "concat",
  infer(inputs, { axis }) {
    const [first] = inputs;
    for (const part of inputs) {
      const fits = part.rank === first!.rank && part.dtype === first!.dtype;
      if (!fits || part.shape.some((d, i) => i !== axis && d !== first!.shape[i])) {
        throw shapeError(
          "concat",
          `${first!.dtype}${formatShape(first!.shape)} and ${part.dtype}${formatShape(part.shape)} along axis ${axis}`,
          "types and all other lengths must agree",
        );
      }
    }
    const lengths = inputs.map((part) => part.shape[axis]!);
    const length = total(lengths);
    if (length === null) {
      throw shapeError(
        "concat",
        `lengths ${lengths.join(" and ")} along axis ${axis}`,
        "their sum has no name: join fixed lengths, or multiples of one symbol",
      );
    }
    return { dtype: first!.dtype, shape: first!.shape.with(axis, length) };
  },
  emit: (emitter, inputs, { axis }) => emitter.node("Concat", inputs, { axis }),
  gradient(g, inputs, { axis }) {
    let start: Dimension = 0;
    return inputs.map((part) => {
      const from = start;
      const length = part.shape[axis]!;
      start = total([from, length])!;
      return typeof from === "number" && typeof start === "number"
        ? g.slice(axis, from, start)
        : partOp([g], { axis, start: from, end: start, length });
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

Tensor.prototype.slice = function (axis, start, end, step = 1) {
  const at = axisOf("slice", axis, this.shape);
  const length = fixed("slice", this.shape[at]);
  const from = start < 0 ? start + length : start;
  const to = end === undefined ? length : end < 0 ? end + length : end;
  checkCount("slice", "step", step);
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > length || from > to) {
    throw shapeError(
      "slice",
      `${start} to ${end ?? "the end"} of axis ${axis} in ${formatShape(this.shape)}`,
      `use whole numbers from 0 to ${length}`,
    );
  }
  return from === 0 && to === length && step === 1
    ? this
    : sliceOp([this], { axis: at, start: from, end: to, step });
};
Tensor.prototype.at = function (axis, position) {
  const length = fixed("at", this.shape[axisOf("at", axis, this.shape)]);
  const from = position < 0 ? position + length : position;
  if (!(Number.isInteger(from) && from >= 0 && from < length)) {
    throw shapeError(
      "at",
      `position ${position} of axis ${axis} in ${formatShape(this.shape)}`,
      `use a whole number from ${-length} to ${length - 1}`,
    );
  }
  return this.slice(axis, from, from + 1).squeeze(axis);
};
Tensor.prototype.pad = function (axis, before, after, value = 0) {
  checkCount("pad", "before", before, 0);
  checkCount("pad", "after", after, 0);
  return before === 0 && after === 0
    ? this
    : padOp([this], { axis: axisOf("pad", axis, this.shape), before, after, value });
};
