import { fixed, shapeError } from "../shape.js";
import { constant, type Tensor } from "../tensor.js";
import { dropout } from "./dropout.js";
import { linear } from "./linear.js";
import { childScope, type Initializer, ones, parameter, type Scope, zeros } from "./scope.js";

/** Layer normalisation over the last axis (Ba et al. 2016). */
export function layerNorm(scope: Scope, x: Tensor, epsilon = 1e-5): Tensor {
  const inner = childScope(scope, "layerNorm");
  const size = fixed("layerNorm", x.shape.at(-1));
  const scale = parameter(inner, "scale", [size], ones);
  const bias = parameter(inner, "bias", [size], zeros);
  return x.standardize(-1, epsilon).mul(scale).add(bias);
}

/** Learned vectors for positions 0..length-1: [length, dim], to be added to [batch, length, dim]. */
export function positions(scope: Scope, length: number, dim: number, deviation = 0.02): Tensor {
  return parameter(scope, "positions", [length, dim], { kind: "normal", deviation }, "embedding");
}

export interface AttentionOptions {
  heads?: number;
  /** Each position sees itself and earlier ones only. */
  causal?: boolean;
  /** [batch, length] booleans: true where the key is padding and must not be seen. */
  padding?: Tensor;
  dropout?: number;
  /** Keys and values; the queries' own sequence when absent. Fewer queries than keys belong to the last of the keys. */
  keys?: Tensor;
  /** How the four projections start. */
  initializer?: Initializer;
}

/**
 * Multi-head scaled dot-product attention (Vaswani et al. 2017) on [batch, length, dim], with an output projection.
 * A position always sees itself, so that a row of padding alone stays finite.
 */
export function attention(scope: Scope, x: Tensor, options: AttentionOptions = {}): Tensor {
  const { heads = 1, causal = false, padding, keys = x } = options;
  const inner = childScope(scope, "attention");
  const [batch, length, dim] = [x.shape[0]!, fixed("attention", x.shape[1]), fixed("attention", x.shape[2])];
  const keyLength = fixed("attention", keys.shape[1]);
  if (dim % heads !== 0)
    throw shapeError("attention", `${heads} heads for dim ${dim}`, "heads must divide dim");
  const width = dim / heads;
  const start = options.initializer && { initializer: options.initializer };
  const project = (name: string, source: Tensor, rows: number) =>
    linear(childScope(inner, name), source, dim, start)
      .reshape([batch, rows, heads, width])
      .transpose([0, 2, 1, 3]);
  const query = project("query", x, length).mul(1 / Math.sqrt(width));
  const key = project("key", keys, keyLength);
  const value = project("value", keys, keyLength);
  const scores = query.matmul(key, { transposeRight: true });
  const hidden = hiddenKeys(padding, causal, length, keyLength);
  // Added, not selected: one pass over the scores forward and none backward. Blocks with equal masks share them.
  const masked = hidden ? scores.add(hidden.where(constant(x.dtype, [], [-1e9]), 0)) : scores;
  const weights = dropout(inner, masked.softmax(-1), options.dropout ?? 0);
  const joined = weights.matmul(value).transpose([0, 2, 1, 3]).reshape([batch, length, dim]);
  return linear(childScope(inner, "output"), joined, dim, start);
}

/** Which keys each query must not see, [rows, columns] or [batch, 1, rows, columns]; null when it may see all. */
function hiddenKeys(
  padding: Tensor | undefined,
  causal: boolean,
  rows: number,
  columns: number,
): Tensor | null {
  const skipped = Math.max(0, columns - rows);
  const places = (test: (row: number, column: number) => boolean) =>
    constant(
      "bool",
      [rows, columns],
      Uint8Array.from({ length: rows * columns }, (_, i) =>
        Number(test(Math.floor(i / columns) + skipped, i % columns)),
      ),
    );
  const later = causal ? places((row, column) => column > row) : null;
  if (!padding) return later;
  const others = places((row, column) => column !== row);
  const padded = padding.reshape([padding.shape[0]!, 1, 1, columns]).and(others);
  return later ? padded.or(later) : padded;
}
