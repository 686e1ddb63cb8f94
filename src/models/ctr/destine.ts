import type { Layers, Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { joinHeads, splitHeads } from "./heads.js";
import { ctr } from "./task.js";

/**
 * DESTINE (Xu et al. 2021, arXiv:2101.03654): self-attention whose pairwise part sees deviations from the mean field only, a
 * unary part telling how much every field matters by itself; beside it an MLP.
 */
export const destine = defineModel({
  name: "destine",
  task: ctr,
  options: {
    dim: 10,
    attentionLayers: 2,
    /** Over all heads. */
    attentionDim: 64,
    heads: 1,
    attentionDropout: 0,
    hidden: [400, 400, 400],
    dropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    let x = e;
    for (let layer = 0; layer < o.attentionLayers; layer++) {
      const inner = nn.in("attention");
      const weights = disentangledWeights(inner, x, o.attentionDim, o.heads);
      const values = splitHeads(inner.in("value").linear(x, o.attentionDim), o.heads);
      const attended = joinHeads(inner.dropout(weights, o.attentionDropout).matmul(values));
      x = attended.add(inner.in("residual").linear(x, o.attentionDim));
    }
    const deep = nn.mlp(e.flatten(1), [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    return { logit: nn.linear(x.flatten(1), 1).add(deep).squeeze(1) };
  },
});

/**
 * softmax((q - mean q) (k - mean k)^T / sqrt(width)) plus softmax of w x, the same for every query, so that each row sums to
 * 2: [batch, field, dim] to [batch, head, field, field].
 */
export function disentangledWeights(nn: Layers, x: Tensor, attentionDim: number, heads: number): Tensor {
  const whitened = (name: string) => {
    const y = splitHeads(nn.in(name).linear(x, attentionDim), heads);
    return y.sub(y.mean(2, true));
  };
  const scale = Math.sqrt(heads / attentionDim);
  const pairwise = whitened("query").matmul(whitened("key"), { transposeRight: true }).mul(scale).softmax(-1);
  const unary = nn.in("unary").linear(x, heads).softmax(1).transpose().unsqueeze(2);
  return pairwise.add(unary);
}
