import { concat, constant, type Layers, stack, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { ctr } from "./task.js";

/**
 * AOANet (Lang et al. 2021): generalized interactions, in which inner, outer and elementwise products are all weightings of
 * one outer product, beside an MLP.
 */
export const aoaNet = defineModel({
  name: "aoanet",
  task: ctr,
  options: {
    dim: 10,
    interactionLayers: 3,
    subspaces: 4,
    hidden: [400, 400, 400],
    dropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    let x = e;
    for (let layer = 0; layer < o.interactionLayers; layer++) {
      x = generalizedInteraction(nn.in("interaction"), e, x, o.subspaces);
    }
    const deep = nn.mlp(e.flatten(1), o.hidden, {
      dropout: o.dropout,
      batchNorm: o.batchNorm,
      activateLast: true,
    });
    return { logit: nn.linear(concat([deep, x.flatten(1)], 1), 1).squeeze(1) };
  },
});

/**
 * For each subspace o and place k: sum over k' of W_o[k, k'] h_o[k'] sum over pairs (s, f) of alpha_o[s, f] e_f[k] x_s[k'].
 * The sums are taken one after the other, so that no outer product is ever stored: e [batch, field, dim] and
 * x [batch, row, dim] to [batch, subspace, dim].
 */
export function generalizedInteraction(nn: Layers, e: Tensor, x: Tensor, subspaces: number): Tensor {
  const [count, rows, dim] = [Number(e.shape[1]), Number(x.shape[1]), Number(e.shape[2])];
  const ones = { kind: "constant", value: 1 } as const;
  const alpha = nn.parameter("alpha", [subspaces, rows, count], ones);
  const projection = nn.parameter("projection", [subspaces, 1, dim], ones);
  // W starts at the identity, and is learned as what is added to it.
  const deviation = nn.parameter("deviation", [subspaces, dim, dim], { kind: "constant", value: 0 });
  const weights = deviation.add(identity(deviation)).mul(projection);
  const placesFirst = x.transpose();
  const spaces = Array.from({ length: subspaces }, (_, space) => {
    const mixed = placesFirst.matmul(alpha.at(0, space)).transpose();
    return e.mul(mixed.matmul(weights.at(0, space), { transposeRight: true })).sum(1);
  });
  return stack(spaces, 1);
}

function identity(like: Tensor): Tensor {
  const size = Number(like.shape.at(-1));
  const places = Array.from({ length: size * size }, (_, place) => Number(place % (size + 1) === 0));
  return constant(like.dtype, [size, size], places);
}
