import { Tensor } from "../tensor.js";
import { withGradient } from "./with-gradient.js";

declare module "../tensor.js" {
  interface Tensor {
    /** (x - mean) / sqrt(variance + epsilon) over the given axes, the biased variance. */
    standardize(axes: number | readonly number[], epsilon?: number): Tensor;
    /**
     * x / max(|x|, epsilon) along the last axis. At the zero vector the gradient is the upstream one / epsilon: finite,
     * but large; raise epsilon where zero vectors are met.
     */
    l2Normalize(epsilon?: number): Tensor;
  }
}

/** Mean and biased variance over axes, kept as length 1. */
export function moments(x: Tensor, axes: number | readonly number[]): { mean: Tensor; variance: Tensor } {
  const mean = x.mean(axes, true);
  return { mean, variance: x.sub(mean).square().mean(axes, true) };
}

Tensor.prototype.standardize = function (axes, epsilon = 1e-5) {
  const { mean, variance } = moments(this, axes);
  const inverse = variance.add(epsilon).sqrt().reciprocal();
  const y = this.sub(mean).mul(inverse);
  // The closed form (Ioffe & Szegedy 2015) needs two reductions where the chain rule would make five.
  return withGradient(y, [this], (g) => [
    inverse.mul(g.sub(g.mean(axes, true)).sub(y.mul(g.mul(y).mean(axes, true)))),
  ]);
};

Tensor.prototype.l2Normalize = function (epsilon = 1e-12) {
  // Bounded before the root, whose slope at 0 is infinite.
  return this.div(
    this.square()
      .sum(-1, true)
      .maximum(epsilon * epsilon)
      .sqrt(),
  );
};
