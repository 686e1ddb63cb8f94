import { moments } from "../ops/index.js";
import { shapeValue } from "../ops/reshape.js";
import { stopGradient } from "../ops/with-gradient.js";
import { fixed, product } from "../shape.js";
import { constant, type Tensor } from "../tensor.js";
import { childScope, ones, parameter, type Scope, state, zeros } from "./scope.js";

/**
 * Batch normalisation (Ioffe & Szegedy 2015) over all axes but the last. Training uses the batch's moments and moves
 * the running ones by `momentum` (unbiased variance, as PyTorch); inference uses the running ones.
 */
export function batchNorm(
  scope: Scope,
  x: Tensor,
  options: { momentum?: number; epsilon?: number } = {},
): Tensor {
  const { momentum = 0.1, epsilon = 1e-5 } = options;
  const inner = childScope(scope, "batchNorm");
  const size = fixed("batchNorm", x.shape.at(-1));
  const scale = parameter(inner, "scale", [size], ones);
  const bias = parameter(inner, "bias", [size], zeros);
  const mean = state(inner, "mean", [size], zeros);
  const variance = state(inner, "variance", [size], ones);
  if (!scope.declared.training) {
    const factor = scale.div(variance.tensor.add(epsilon).sqrt());
    return x.mul(factor).add(bias.sub(mean.tensor.mul(factor)));
  }
  const rows = x.flatten2d();
  const batch = moments(rows, 0);
  const count = product([rows.shape[0]!]);
  const n = typeof count === "number" ? constant(rows.dtype, [], [count]) : shapeValue(count, rows);
  // A batch of one row has no unbiased variance: keep the biased one instead of dividing by zero.
  const correction = n.div(n.sub(1).maximum(1));
  mean.update = stopGradient(move(mean.tensor, batch.mean.reshape([size]), momentum));
  variance.update = stopGradient(
    move(variance.tensor, batch.variance.reshape([size]).mul(correction), momentum),
  );
  return rows.standardize(0, epsilon).mul(scale).add(bias).reshape(x.shape);
}

function move(running: Tensor, now: Tensor, momentum: number): Tensor {
  return running.mul(1 - momentum).add(now.mul(momentum));
}
