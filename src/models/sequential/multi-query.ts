import { constant, type Layers, type Tensor } from "../../tensor/index.js";
import { windowMeans } from "./window-means.js";

export interface MultiQueryOptions {
  /** Real positions, the latest first, whose mean is the query. */
  window: number;
  heads: number;
  dropout: number;
}

/** In float32; the paper's 1e-24 is a habit of double precision. */
const epsilon = 1e-8;

/**
 * The attention of MQSA (Zhu et al. 2024, arXiv:2311.01056) on x [batch, length, dim], 0 at padding: the query is the
 * normalised mean of a window, keys and values are x as it is, and the normalised query is the residual.
 */
export function windowAttention(
  nn: Layers,
  x: Tensor,
  real: Tensor,
  o: MultiQueryOptions,
): { query: Tensor; weights: Tensor; output: Tensor } {
  const [batch, length, dim] = [x.shape[0]!, x.shape[1] as number, x.shape[2] as number];
  const width = dim / o.heads;
  const query = nn.layerNorm(windowMeans(x, real, o.window), epsilon);
  const project = (name: string, source: Tensor) =>
    nn.in(name).linear(source, dim).reshape([batch, length, o.heads, width]).transpose([0, 2, 1, 3]);
  const scores = project("query", query)
    .mul(1 / Math.sqrt(width))
    .matmul(project("key", x), { transposeRight: true });
  const hidden = later(length).or(real.not().reshape([batch, 1, 1, length]));
  const low = constant(x.dtype, [], [-1e9]);
  const weights = scores
    .add(hidden.where(low, 0))
    .softmax(-1)
    .mul(real.cast(x.dtype).reshape([batch, 1, length, 1]));
  const joined = nn.dropout(weights, o.dropout).matmul(project("value", x));
  const sum = joined.transpose([0, 2, 1, 3]).reshape([batch, length, dim]).add(query);
  return { query, weights, output: nn.layerNorm(sum, epsilon) };
}

/** A block of one branch: attention, then a position-wise network of the same width. */
export function multiQueryBlock(nn: Layers, x: Tensor, real: Tensor, o: MultiQueryOptions): Tensor {
  const dim = x.shape[2] as number;
  const { output } = windowAttention(nn.in("attention"), x, real, o);
  const inner = nn.dropout(nn.linear(output, dim).relu(), o.dropout);
  const y = output.add(nn.dropout(nn.linear(inner, dim), o.dropout));
  return y.mul(real.cast(x.dtype).unsqueeze(2));
}

/** One branch: its blocks, each with a window over the output of the one before, and a last layer norm. */
export function multiQueryBranch(
  nn: Layers,
  x: Tensor,
  real: Tensor,
  o: MultiQueryOptions & { blocks: number },
): Tensor {
  let y = x;
  for (let i = 0; i < o.blocks; i++) y = multiQueryBlock(nn.in(`block${i}`), y, real, o);
  return nn.layerNorm(y, epsilon);
}

function later(length: number): Tensor {
  const places = Uint8Array.from({ length: length * length }, (_, i) =>
    Number(i % length > Math.floor(i / length)),
  );
  return constant("bool", [length, length], places);
}
