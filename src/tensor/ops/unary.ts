import { defineOp, Tensor } from "../tensor.js";
import { withGradient } from "./with-gradient.js";

declare module "../tensor.js" {
  interface Tensor {
    neg(): Tensor;
    abs(): Tensor;
    exp(): Tensor;
    log(): Tensor;
    sqrt(): Tensor;
    square(): Tensor;
    reciprocal(): Tensor;
    sigmoid(): Tensor;
    tanh(): Tensor;
    softplus(): Tensor;
    relu(): Tensor;
    leakyRelu(slope?: number): Tensor;
    gelu(): Tensor;
    erf(): Tensor;
    sin(): Tensor;
    cos(): Tensor;
    sign(): Tensor;
    floor(): Tensor;
    ceil(): Tensor;
    round(): Tensor;
  }
}

/** Declares an elementwise op of one input; `partial` returns the gradient with respect to it. */
function unary(
  name: string,
  type: string,
  partial: (upstream: Tensor, x: Tensor, output: Tensor) => Tensor | null,
): (x: Tensor) => Tensor {
  const apply = defineOp<object>({
    name,
    infer: ([x]) => ({ dtype: x!.dtype, shape: [...x!.shape] }),
    emit: (emitter, inputs) => emitter.node(type, inputs),
    gradient: (upstream, [x], _, output) => [partial(upstream, x!, output)],
  });
  return (x) => apply([x], {});
}

const flat = () => null;
const unaries = {
  neg: unary("neg", "Neg", (g) => g.neg()),
  abs: unary("abs", "Abs", (g, x) => g.mul(x.sign())),
  exp: unary("exp", "Exp", (g, _, y) => g.mul(y)),
  log: unary("log", "Log", (g, x) => g.div(x)),
  sqrt: unary("sqrt", "Sqrt", (g, _, y) => g.mul(0.5).div(y)),
  reciprocal: unary("reciprocal", "Reciprocal", (g, _, y) => g.mul(y.square()).neg()),
  sigmoid: unary("sigmoid", "Sigmoid", (g, _, y) => g.mul(y.sub(y.square()))),
  tanh: unary("tanh", "Tanh", (g, _, y) => g.sub(g.mul(y.square()))),
  relu: unary("relu", "Relu", (g, _, y) => g.mul(y.greater(0).cast(g.dtype))),
  erf: unary("erf", "Erf", (g, x) => g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI))),
  sin: unary("sin", "Sin", (g, x) => g.mul(x.cos())),
  cos: unary("cos", "Cos", (g, x) => g.mul(x.sin()).neg()),
  sign: unary("sign", "Sign", flat),
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
/** The exact form, x * Phi(x), not the tanh approximation. */
Tensor.prototype.gelu = function () {
  return this.mul(0.5).mul(this.mul(Math.SQRT1_2).erf().add(1));
};
