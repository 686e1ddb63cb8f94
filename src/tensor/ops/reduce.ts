import { axisOf, type Dimension, product, type Shape } from "../shape.js";
import { defineOp, Tensor } from "../tensor.js";
import { where } from "./compare.js";
import { expand, reshape, shapeValue } from "./reshape.js";

declare module "../tensor.js" {
  interface Tensor {
    sum(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
    mean(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
    max(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
    min(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
    logSumExp(axes?: number | readonly number[], keepDimensions?: boolean): Tensor;
  }
}

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
  partial: (upstream: Tensor, x: Tensor, axes: number[], output: Tensor) => Tensor,
) {
  const apply = defineOp<Reduction>({
    name,
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
    return resolved.length === 0 ? x : apply([x], { axes: resolved, keep });
  };
}

/** The number of elements each output is made from, as a number or as a value computed when the graph runs. */
function count(x: Tensor, axes: number[]): number | Tensor {
  const size = product(axes.map((axis) => x.shape[axis]!));
  return typeof size === "number" ? size : shapeValue(size, x);
}

/** Ties share the gradient equally. */
function extremum(upstream: Tensor, x: Tensor, axes: number[], output: Tensor): Tensor {
  const hit = where(x.equal(output), expand(upstream.mul(0).add(1), x.shape), 0);
  return hit.mul(upstream.div(sum(hit, axes, true)));
}

export const sum = reduction("sum", "ReduceSum", (g, x) => expand(g, x.shape));
export const mean = reduction("mean", "ReduceMean", (g, x, axes) => expand(g.div(count(x, axes)), x.shape));
const max = reduction("max", "ReduceMax", extremum);
const min = reduction("min", "ReduceMin", extremum);

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
/** log(sum(exp(x))), shifted by the maximum so that it never overflows. */
Tensor.prototype.logSumExp = function (axes, keep = false) {
  const top = max(this, axes, true);
  const total = sum(this.sub(top).exp(), axes, true).log().add(top);
  return keep ? total : sum(total, axes, false);
};
