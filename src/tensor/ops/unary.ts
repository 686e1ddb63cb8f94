import { defineOp, Tensor } from "../tensor.js";
import { withGradient } from "./with-gradient.js";

declare module "../tensor.js" {
  interface Tensor {
    neg(): Tensor;
    /** The gradient at 0 is 0. */
    abs(): Tensor;
    exp(): Tensor;
    /** At 0 the value is -Infinity and the gradient Infinity. */
    log(): Tensor;
    /** The gradient at 0 is Infinity. */
    sqrt(): Tensor;
    square(): Tensor;
    reciprocal(): Tensor;
    sigmoid(): Tensor;
    tanh(): Tensor;
    softplus(): Tensor;
    /** max(x, 0); the gradient at 0 is 0. */
    relu(): Tensor;
    /** x where x > 0, else slope * x (default slope 0.01). */
    leakyRelu(slope?: number): Tensor;
    /** x * Phi(x), the exact form, not the tanh approximation. */
    gelu(): Tensor;
    erf(): Tensor;
    sin(): Tensor;
    cos(): Tensor;
    /** -1, 0 or 1; its gradient is 0 everywhere, as that of floor, ceil and round. */
    sign(): Tensor;
    floor(): Tensor;
    ceil(): Tensor;
    /** To the nearest whole number, halves to the even one. */
    round(): Tensor;
  }
}

/** Declares an elementwise op of one input; `partial` returns the gradient with respect to it. */
function unary(
  name: string,
  type: string,
  partial: (upstream: Tensor, x: Tensor, output: Tensor) => Tensor | null,
  takes: "float" | "number" = "float",
): (x: Tensor) => Tensor {
  const apply = defineOp<object>({
    name,
    takes,
    infer: ([x]) => ({ dtype: x!.dtype, shape: [...x!.shape] }),
    emit: (emitter, inputs) => emitter.node(type, inputs),
    gradient: (upstream, [x], _, output) => [partial(upstream, x!, output)],
  });
  return (x) => apply([x], {});
}

const erfSlope = (g: Tensor, x: Tensor) => g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI));
const erfOp = unary("erf", "Erf", erfSlope);

/**
 * erf(x) = 2 / sqrt(pi) exp(-x^2) x (1 + 2x^2/3 (1 + 2x^2/5 (1 + ...))) (Abramowitz & Stegun 7.1.6): the float64 form of
 * the op, which ONNX Runtime's CPU provider lacks. Beyond 6 erf is 1 to the last bit; there 120 terms are enough.
 */
export function erfSeries(x: Tensor): Tensor {
  const near = x.clip(-6, 6);
  const square = near.square();
  let sum = square.mul(0).add(1);
  for (let term = 120; term >= 1; term--)
    sum = square
      .mul(2 / (2 * term + 1))
      .mul(sum)
      .add(1);
  const value = square
    .neg()
    .exp()
    .mul(near)
    .mul(sum)
    .mul(2 / Math.sqrt(Math.PI));
  return withGradient(value, [x], (g) => [erfSlope(g, x)]);
}

const flat = () => null;
const unaries = {
  neg: unary("neg", "Neg", (g) => g.neg(), "number"),
  abs: unary("abs", "Abs", (g, x) => g.mul(x.sign()), "number"),
  exp: unary("exp", "Exp", (g, _, y) => g.mul(y)),
  log: unary("log", "Log", (g, x) => g.div(x)),
  sqrt: unary("sqrt", "Sqrt", (g, _, y) => g.mul(0.5).div(y)),
  reciprocal: unary("reciprocal", "Reciprocal", (g, _, y) => g.mul(y.square()).neg()),
  sigmoid: unary("sigmoid", "Sigmoid", (g, _, y) => g.mul(y.sub(y.square()))),
  tanh: unary("tanh", "Tanh", (g, _, y) => g.sub(g.mul(y.square()))),
  relu: unary("relu", "Relu", (g, _, y) => g.mul(y.greater(0).cast(g.dtype))),
  sin: unary("sin", "Sin", (g, x) => g.mul(x.cos())),
  cos: unary("cos", "Cos", (g, x) => g.mul(x.sin()).neg()),
  sign: unary("sign", "Sign", flat, "number"),
  floor: unary("floor", "Floor", flat),
  ceil: unary("ceil", "Ceil", flat),
  round: unary("round", "Round", flat),
} as const;

for (const [name, apply] of Object.entries(unaries) as [keyof typeof unaries, (x: Tensor) => Tensor][]) {
  Tensor.prototype[name] = function () {
    return apply(this);
  };
}

Tensor.prototype.square = function () {
  return this.mul(this);
};
Tensor.prototype.leakyRelu = function (slope = 0.01) {
  return this.greater(0).where(this, this.mul(slope));
};
/** log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|)), which never overflows. ONNX Runtime's op has no float64 kernel. */
Tensor.prototype.softplus = function () {
  const value = this.relu().add(this.abs().neg().exp().add(1).log());
  return withGradient(value, [this], (g) => [g.mul(this.sigmoid())]);
};
Tensor.prototype.erf = function () {
  return this.dtype === "float64" ? erfSeries(this) : erfOp(this);
};
Tensor.prototype.gelu = function () {
  return this.mul(0.5).mul(this.mul(Math.SQRT1_2).erf().add(1));
};
