import { broadcast, sameShape, shapeError } from "../shape.js";
import { defineOp, type Operand, operand, scalarValue, Tensor } from "../tensor.js";
import { where } from "./compare.js";
import { sum } from "./reduce.js";
import { reshape } from "./reshape.js";

declare module "../tensor.js" {
  interface Tensor {
    add(other: Operand): Tensor;
    sub(other: Operand): Tensor;
    mul(other: Operand): Tensor;
    div(other: Operand): Tensor;
    /** this ^ exponent; the gradient with respect to the exponent is 0 where the base is 0. */
    pow(exponent: Operand): Tensor;
    /** The larger of each pair; a tie sends the whole gradient to this side. */
    maximum(other: Operand): Tensor;
    /** The smaller of each pair; a tie sends the whole gradient to this side. */
    minimum(other: Operand): Tensor;
  }
}

/** Sums a gradient over the axes along which its operand was broadcast, the transpose of broadcasting. */
export function unbroadcast(gradient: Tensor, like: Tensor): Tensor {
  if (sameShape(gradient.shape, like.shape)) return gradient;
  const lead = gradient.rank - like.rank;
  const axes = gradient.shape.flatMap((length, axis) =>
    axis < lead || (like.shape[axis - lead] === 1 && length !== 1) ? [axis] : [],
  );
  return reshape(sum(gradient, axes, true), like.shape);
}

type Partial = (upstream: Tensor, a: Tensor, b: Tensor, output: Tensor) => Tensor;

function binary(name: string, type: string, left: Partial, right: Partial) {
  const apply = defineOp<object>({
    name,
    takes: "number",
    infer([a, b]) {
      if (a!.dtype !== b!.dtype) {
        throw shapeError(
          name,
          `operands are ${a!.dtype} and ${b!.dtype}`,
          "cast one side so that the types agree",
        );
      }
      return { dtype: a!.dtype, shape: broadcast(name, a!.shape, b!.shape) };
    },
    emit: (emitter, inputs) => emitter.node(type, inputs),
    gradient: (upstream, [a, b], _, output) => [
      scalarValue(a!) === undefined ? unbroadcast(left(upstream, a!, b!, output), a!) : null,
      scalarValue(b!) === undefined ? unbroadcast(right(upstream, a!, b!, output), b!) : null,
    ],
  });
  return (a: Tensor, b: Operand): Tensor => apply([a, operand(name, b, a)], {});
}

const addOp = binary(
  "add",
  "Add",
  (g) => g,
  (g) => g,
);
const subOp = binary(
  "sub",
  "Sub",
  (g) => g,
  (g) => g.neg(),
);
const mulOp = binary(
  "mul",
  "Mul",
  (g, _, b) => mul(g, b),
  (g, a) => mul(g, a),
);
const divOp = binary(
  "div",
  "Div",
  (g, _, b) => div(g, b),
  (g, _, b, output) => div(mul(g, output), b).neg(),
);

export const pow = binary(
  "pow",
  "Pow",
  // Without the guards 0^0 would give 0 times infinity, and 0^b, b > 0, likewise.
  (g, a, b) => mul(g, where(b.equal(0), 0, mul(b, pow(a, sub(b, 1))))),
  (g, a, _, output) => mul(g, mul(output, where(a.equal(0), 1, a).log())),
);

export const maximum = binary(
  "maximum",
  "Max",
  (g, a, b) => where(a.greaterEqual(b), g, 0),
  (g, a, b) => where(a.greaterEqual(b), 0, g),
);

export const minimum = binary(
  "minimum",
  "Min",
  (g, a, b) => where(a.lessEqual(b), g, 0),
  (g, a, b) => where(a.lessEqual(b), 0, g),
);

export function add(a: Tensor, b: Operand): Tensor {
  return b === 0 ? a : addOp(a, b);
}

export function sub(a: Tensor, b: Operand): Tensor {
  return b === 0 ? a : subOp(a, b);
}

export function mul(a: Tensor, b: Operand): Tensor {
  return b === 1 ? a : mulOp(a, b);
}

export function div(a: Tensor, b: Operand): Tensor {
  return b === 1 ? a : divOp(a, b);
}

Tensor.prototype.add = function (other) {
  return add(this, other);
};
Tensor.prototype.sub = function (other) {
  return sub(this, other);
};
Tensor.prototype.mul = function (other) {
  return mul(this, other);
};
Tensor.prototype.div = function (other) {
  return div(this, other);
};
Tensor.prototype.pow = function (exponent) {
  return pow(this, exponent);
};
Tensor.prototype.maximum = function (other) {
  return maximum(this, other);
};
Tensor.prototype.minimum = function (other) {
  return minimum(this, other);
};
