import { HeedError } from "../../core/errors.js";
import { checkCount, fixed } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { batchNorm } from "./batch-norm.js";
import { dropout } from "./dropout.js";
import { childScope, type Initializer, parameter, type Scope, xavierNormal, zeros } from "./scope.js";

/** y = x W + b over the last axis, W of shape [in, out]. */
export function linear(
  scope: Scope,
  x: Tensor,
  size: number,
  options: { bias?: boolean; initializer?: Initializer } = {},
): Tensor {
  checkCount("linear", "size", size);
  const inner = childScope(scope, "linear");
  const weight = parameter(
    inner,
    "weight",
    [fixed("linear", x.shape.at(-1)), size],
    options.initializer ?? xavierNormal,
  );
  const y = x.matmul(weight);
  return options.bias === false ? y : y.add(parameter(inner, "bias", [size], zeros));
}

const activations = ["relu", "leakyRelu", "gelu", "sigmoid", "tanh", "none"] as const;

export type Activation = (typeof activations)[number];

function activate(x: Tensor, activation: Activation): Tensor {
  if (!activations.includes(activation)) {
    throw new HeedError(
      "activation",
      `mlp: activation "${activation}"`,
      `use one of ${activations.join(", ")}`,
    );
  }
  return activation === "none" ? x : x[activation]();
}

export interface MlpOptions {
  activation?: Activation;
  /** Probability of dropping a hidden unit. */
  dropout?: number;
  batchNorm?: boolean;
  /** Applied to the last layer too; without it the last layer is linear. */
  activateLast?: boolean;
}

/** Linear layers of the given sizes; each hidden one followed by batch norm (if on), activation, dropout. No size: x itself. */
export function mlp(scope: Scope, x: Tensor, sizes: readonly number[], options: MlpOptions = {}): Tensor {
  const inner = childScope(scope, "mlp");
  return sizes.reduce((h, size, layer) => {
    const y = linear(inner, h, size);
    if (layer === sizes.length - 1 && !options.activateLast) return y;
    const normed = options.batchNorm ? batchNorm(inner, y) : y;
    return dropout(inner, activate(normed, options.activation ?? "relu"), options.dropout ?? 0);
  }, x);
}
