import type { Layers, Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { pairProducts } from "./field-pairs.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** How much each pair counts, softmax of h ReLU(W p + b): [batch, pair, dim] to [batch, pair], rows that sum to one. */
export function pairAttention(nn: Layers, pairs: Tensor, width: number): Tensor {
  return nn.linear(nn.linear(pairs, width).relu(), 1, { bias: false }).squeeze(2).softmax(1);
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
