import { defineModel } from "../model.js";
import { firstOrder, pairwise } from "./interactions.js";
import { ctr } from "./task.js";

/** DeepFM (Guo et al. 2017, arXiv:1703.04247): a factorization machine and an MLP over shared embeddings. */
export const deepFM = defineModel({
  name: "deepfm",
  task: ctr,
  options: { dim: 10, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const deep = nn
      .mlp(e.flatten(1), [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm })
      .squeeze(1);
    return { logit: firstOrder(nn, fields).add(pairwise(e)).add(deep) };
  },
});
