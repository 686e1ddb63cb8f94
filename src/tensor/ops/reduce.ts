import { axisOf, type Dimension, formatShape, product, type Shape, shapeError } from "../shape.js";
import { defineOp, Tensor } from "../tensor.js";
import { expand, reshape, shapeValue } from "./reshape.js";
import { withGradient } from "./with-gradient.js";

declare module "../tensor.js" {
  interface Tensor {
    /** Over the given axes, or all of them. Of nothing it is 0. */
    sum(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
    mean(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
    /** Elements that tie for the maximum share the gradient equally. */
    max(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
    /** Elements that tie for the minimum share the gradient equally. */
    min(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
    /** log(sum(exp(x))), which neither overflows nor, where all are -Infinity, turns into NaN. */
    logSumExp(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
  }
}

/** Finite in float32. */
const largest = 3e38;

interface Reduction {
  axes: number[];
  keep: boolean;
}

function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Dimension[] {
  return shape.flatMap((length, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [length]));
}

function reduction(
  name: string,
  type: string,
  takes: "number" | "float",
  partial: (upstream: Tensor, x: Tensor, axes: number[], output: Tensor) => Tensor,
) {
  const apply = defineOp<Reduction>({
    name,
    takes,
    infer: ([x], { axes, keep }) => ({ dtype: x!.dtype, shape: reducedShape(x!.shape, axes, keep) }),
    emit: (emitter, [x], { axes, keep }) =>
      emitter.node(type, [x!, emitter.integers(axes)], { keepdims: keep ? 1 : 0 }),
    gradient(upstream, [x], { axes }, output) {
      const kept = reducedShape(x!.shape, axes, true);
      return [partial(reshape(upstream, kept), x!, axes, reshape(output, kept))];
    },
  });
  return (x: Tensor, axes?: number | readonly number[], keep = false): Tensor => {
    const list =
      axes === undefined ? x.shape.map((_, axis) => axis) : typeof axes === "number" ? [axes] : axes;
    const resolved = list.map((axis) => axisOf(name, axis, x.shape)).toSorted((a, b) => a - b);
    if (new Set(resolved).size < resolved.length) {
      throw shapeError(name, `axes [${list}] of ${formatShape(x.shape)}`, "name each axis at most once");
    }
    return resolved.length === 0 ? x : apply([x], { axes: resolved, keep });
  };
}

/** The number of elements each output is made from, as a number or as a value computed when the graph runs. */
function count(x: Tensor, axes: number[]): number | Tensor {
  const size = product(axes.map((axis) => x.shape[axis]!));
  return typeof size === "number" ? size : shapeValue(size, x);
}

function extremum(upstream: Tensor, x: Tensor, axes: number[], output: Tensor): Tensor {
  const hit = x.equal(output).cast(x.dtype);
  return hit.mul(upstream.div(sum(hit, axes, true)));
}

export const sum = reduction("sum", "ReduceSum", "number", (g, x) => expand(g, x.shape));
export const mean = reduction("mean", "ReduceMean", "float", (g, x, axes) =>
  expand(g.div(count(x, axes)), x.shape),
);
const max = reduction("max", "ReduceMax", "number", extremum);
const min = reduction("min", "ReduceMin", "number", extremum);

Tensor.prototype.sum = function (axes, keep) {
  return sum(this, axes, keep);
};
Tensor.prototype.mean = function (axes, keep) {
  return mean(this, axes, keep);
};
Tensor.prototype.max = function (axes, keep) {
  return max(this, axes, keep);
};
Tensor.prototype.min = function (axes, keep) {
  return min(this, axes, keep);
};
Tensor.prototype.logSumExp = function (axes, keep = false) {
  // Shifted by the maximum, kept finite: -Infinity less itself is NaN.
  const top = max(this, axes, true).clip(-largest, largest);
  const total = sum(this.sub(top).exp(), axes, true).log().add(top);
  const value = withGradient(total, [this], (g) => [g.mul(this.sub(total).exp())]);
  return keep ? value : sum(value, axes, false);
};
