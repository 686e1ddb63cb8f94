import type { Fields, Layers, Tensor } from "../../tensor/index.js";

/** The linear part: the sum of one weight per field value, [batch], with a global bias on request. */
export function firstOrder(nn: Layers, fields: Fields, options: { bias?: boolean } = {}): Tensor {
  const weights = nn.in("linear").embed(fields, 1).sum([1, 2]);
  if (!options.bias) return weights;
  return weights.add(nn.in("linear").parameter("bias", [], { kind: "constant", value: 0 }));
}

/** Elementwise products of all field pairs, summed, 1/2 [(sum_i e_i)^2 - sum_i e_i^2]: [batch, field, dim] to [batch, dim]. */
export function biInteraction(embeddings: Tensor): Tensor {
  return embeddings.sum(1).square().sub(embeddings.square().sum(1)).mul(0.5);
}

/** Sum over field pairs of inner products (Rendle 2010): [batch, field, dim] to [batch]. */
export function pairwise(embeddings: Tensor): Tensor {
  return biInteraction(embeddings).sum(1);
}
