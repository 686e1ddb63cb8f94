import { concat, type Layers, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { pairProducts } from "./field-pairs.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** How much each pair counts, softmax of h ReLU(W p + b): [batch, pair, dim] to [batch, pair], rows that sum to one. */
export function pairAttention(nn: Layers, pairs: Tensor, width: number): Tensor {
  const [batch, count, dim] = pairs.shape.map((length, axis) => (axis === 0 ? length : Number(length)));
  const scope = nn.in("attention");
  const weight = scope.parameter("weight", [Number(dim), width], { kind: "xavierNormal" });
  const bias = scope.parameter("bias", [1, width], { kind: "constant", value: 0 });
  // The bias as one more row under a column of ones: adding it apart would pass over [batch * pair, width] again.
  const hidden = pairs
    .pad(2, 0, 1, 1)
    .flatten2d()
    .matmul(concat([weight, bias], 0));
  return scope.linear(hidden.relu(), 1, { bias: false }).reshape([batch!, count!]).softmax(1);
}

/** Sum of the pairs by their weights: [batch, pair, dim] and [batch, pair] to [batch, dim]. */
export function pooled(pairs: Tensor, weights: Tensor): Tensor {
  return weights.unsqueeze(1).matmul(pairs).squeeze(1);
}

/** Attentional factorization machine (Xiao et al. 2017, arXiv:1708.04617): an attention network weighs the pairs. */
export const afm = defineModel({
  name: "afm",
  task: ctr,
  options: { dim: 10, attention: 16, attentionDropout: 0, dropout: 0 },
  build({ fields, nn }, o) {
    const pairs = pairProducts(nn.embed(fields, o.dim));
    const weights = nn.dropout(pairAttention(nn, pairs, o.attention), o.attentionDropout);
    const sum = nn.dropout(pooled(pairs, weights), o.dropout);
    const interactions = nn.linear(sum, 1, { bias: false }).squeeze(1);
    return { logit: firstOrder(nn, fields, { bias: true }).add(interactions) };
  },
});
