import { HeedError } from "../../core/errors.js";
import { type Layers, stack, type Tensor } from "../../tensor/index.js";

export interface InteractingOptions {
  /** Interacting layers, one on the other; none leaves the embeddings as they are. */
  layers: number;
  /** Width of a layer's output, all heads together. */
  width: number;
  heads: number;
  /** Divide scores by the root of a head's width. */
  scale: boolean;
  /** Add a layer's input to its output, projected where the widths differ. */
  residual: boolean;
  layerNorm: boolean;
  /** Probability of dropping an attention weight. */
  dropout: number;
}

/**
 * One interacting layer (Song et al. 2019): every field attends to all fields, itself included. [batch, field, dim] to the
 * output [batch, field, width] and the attention [batch, head, field, field], whose rows sum to one.
 */
export function interact(
  nn: Layers,
  x: Tensor,
  o: InteractingOptions,
): { output: Tensor; attention: Tensor } {
  if (!Number.isInteger(o.heads) || o.heads < 1 || o.width % o.heads !== 0) {
    throw new HeedError(
      "option",
      `option "heads" is ${o.heads} for width ${o.width}`,
      "give a whole number that divides the width",
    );
  }
  const inner = nn.in("interacting");
  const [batch, fields] = x.shape;
  const headWidth = o.width / o.heads;
  const project = (name: string) => inner.in(name).linear(x, o.width, { bias: false });
  const split = (name: string) =>
    project(name).reshape([batch!, fields!, o.heads, headWidth]).transpose([0, 2, 1, 3]);
  const query = o.scale ? split("query").mul(1 / Math.sqrt(headWidth)) : split("query");
  const attention = query.matmul(split("key"), { transposeRight: true }).softmax(-1);
  const joined = inner
    .dropout(attention, o.dropout)
    .matmul(split("value"))
    .transpose([0, 2, 1, 3])
    .reshape([batch!, fields!, o.width]);
  const input = () => (x.shape[2] === o.width ? x : project("residual"));
  const added = o.residual ? joined.add(input()) : joined;
  return { output: (o.layerNorm ? inner.layerNorm(added) : added).relu(), attention };
}

/** Interacting layers in a row: the last one's output and every attention, [batch, layer, head, field, field]. */
export function interactingLayers(
  nn: Layers,
  x: Tensor,
  o: InteractingOptions,
): { output: Tensor; attention: () => Tensor } {
  if (!Number.isInteger(o.layers) || o.layers < 0)
    throw new HeedError("option", `option "layers" is ${o.layers}`, "give a whole number from 0");
  const attentions: Tensor[] = [];
  let output = x;
  for (let layer = 0; layer < o.layers; layer++) {
    const next = interact(nn, output, o);
    output = next.output;
    attentions.push(next.attention);
  }
  return {
    output,
    attention() {
      if (attentions.length > 0) return stack(attentions, 1);
      throw new HeedError("option", 'option "explain" is true without layers', "give at least one layer");
    },
  };
}
