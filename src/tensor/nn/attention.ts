import { fixed, shapeError } from "../shape.js";
import { constant, type Tensor, typedArray } from "../tensor.js";
import { dropout } from "./dropout.js";
import { linear } from "./linear.js";
import { childScope, ones, parameter, type Scope, zeros } from "./scope.js";

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
  /** Keys and values; the queries' own sequence when absent. */
  keys?: Tensor;
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
  const project = (name: string, source: Tensor, rows: number) =>
    linear(childScope(inner, name), source, dim).reshape([batch, rows, heads, width]).transpose([0, 2, 1, 3]);
  const query = project("query", x, length).mul(1 / Math.sqrt(width));
  const key = project("key", keys, keyLength);
  const value = project("value", keys, keyLength);
  let scores = query.matmul(key, { transposeRight: true });
  const mask = attentionMask(length, keyLength, causal, x.dtype);
  if (padding) {
    const self = constant("bool", [length, keyLength], diagonal(length, keyLength));
    const hidden = padding.reshape([batch, 1, 1, keyLength]).and(self.not());
    scores = hidden.where(-1e9, scores);
  }
  if (mask) scores = scores.add(mask);
  const weights = dropout(inner, scores.softmax(-1), options.dropout ?? 0);
  const joined = weights.matmul(value).transpose([0, 2, 1, 3]).reshape([batch, length, dim]);
  return linear(childScope(inner, "output"), joined, dim);
}

function diagonal(rows: number, columns: number): Uint8Array {
  return Uint8Array.from({ length: rows * columns }, (_, i) =>
    Math.floor(i / columns) === i % columns ? 1 : 0,
  );
}

function attentionMask(
  rows: number,
  columns: number,
  causal: boolean,
  dtype: Tensor["dtype"],
): Tensor | null {
  if (!causal) return null;
  const values = Array.from({ length: rows * columns }, (_, i) =>
    i % columns > Math.floor(i / columns) ? -1e9 : 0,
  );
  return constant(dtype, [rows, columns], typedArray(dtype, values));
}
