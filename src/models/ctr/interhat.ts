import { type Layers, stack, type Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { joinHeads, splitHeads } from "./heads.js";
import { ctr } from "./task.js";

/**
 * InterHAt (Li et al. 2020): a transformer block, then one attention over the fields for each order of interaction, and one
 * over the orders. An order's features are the last order's, multiplied by what it attended to.
 */
export const interhat = defineModel({
  name: "interhat",
  task: ctr,
  options: {
    dim: 10,
    order: 2,
    heads: 1,
    /** Of one head. */
    attentionWidth: 16,
    /** Of the feed-forward layer and of every attention over fields and orders. */
    attentionHidden: 40,
    hidden: [400, 400, 400],
    dropout: 0,
    batchNorm: false,
    layerNorm: true,
    residual: true,
  },
  build({ fields, nn }, o) {
    const first = transformerBlock(nn, nn.embed(fields, o.dim), o);
    let features = first;
    const orders = Array.from({ length: o.order }, () => {
      const { pooled } = attentivePooling(nn.in("order"), features, o.attentionHidden);
      features = pooled.unsqueeze(1).mul(first).add(features);
      return pooled;
    });
    const { pooled } = attentivePooling(nn.in("orders"), stack(orders, 1), o.attentionHidden);
    const logit = nn.mlp(pooled, [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    return { logit: logit.squeeze(1) };
  },
});

interface BlockOptions {
  dim: number;
  heads: number;
  attentionWidth: number;
  attentionHidden: number;
  dropout: number;
  layerNorm: boolean;
  residual: boolean;
}

/** Self-attention without biases and a feed-forward layer, each with its residual and layer norm: [batch, field, dim] to the same. */
function transformerBlock(nn: Layers, x: Tensor, o: BlockOptions): Tensor {
  const finish = (y: Tensor, from: Tensor) => {
    const sum = o.residual ? y.add(from) : y;
    return o.layerNorm ? nn.layerNorm(sum) : sum;
  };
  const project = (name: string) =>
    splitHeads(nn.in(name).linear(x, o.heads * o.attentionWidth, { bias: false }), o.heads);
  const scores = project("query").matmul(project("key"), { transposeRight: true });
  const weights = nn.dropout(scores.mul(1 / Math.sqrt(o.attentionWidth)).softmax(-1), o.dropout);
  const joined = joinHeads(weights.matmul(project("value")));
  const attended = finish(nn.dropout(nn.linear(joined, o.dim, { bias: false }).relu(), o.dropout), x);
  return finish(nn.linear(nn.linear(attended, o.attentionHidden).relu(), o.dim), attended);
}

/**
 * The rows of x weighted by softmax of c ReLU(W x_i + b), the attention by which Li et al. explain a prediction:
 * [batch, row, dim] to weights [batch, row] and their sum [batch, dim].
 */
export function attentivePooling(nn: Layers, x: Tensor, hidden: number): { weights: Tensor; pooled: Tensor } {
  const weights = nn.linear(nn.linear(x, hidden).relu(), 1, { bias: false }).softmax(1);
  return { weights: weights.squeeze(2), pooled: weights.mul(x).sum(1) };
}
