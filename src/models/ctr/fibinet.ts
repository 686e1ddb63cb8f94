import { concat } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { bilinearPairs } from "./bilinear.js";
import { firstOrder } from "./interactions.js";
import { fieldWeights } from "./squeeze-excitation.js";
import { ctr } from "./task.js";

/**
 * FiBiNET (Huang et al. 2019, arXiv:1905.09433): bilinear products of all pairs, of the embeddings and of the embeddings
 * weighted by importance, into an MLP. Both halves share their matrices.
 */
export const fibinet = defineModel({
  name: "fibinet",
  task: ctr,
  options: {
    dim: 10,
    /** "all": one matrix; "field": one for each left field; "pair": one for each pair. */
    bilinear: "all",
    reduction: 3,
    hidden: [400, 400, 400],
    dropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const weighted = e.mul(fieldWeights(nn.in("importance"), e, o.reduction).unsqueeze(2));
    const pairs = bilinearPairs(nn, fields.names.length, o.dim, o.bilinear);
    const joined = concat([pairs(e), pairs(weighted)], 1).flatten(1);
    const deep = nn.mlp(joined, [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    return { logit: firstOrder(nn, fields).add(deep.squeeze(1)) };
  },
});
