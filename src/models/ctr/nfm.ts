import { defineModel } from "../model.js";
import { biInteraction, firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** Neural factorization machine (He and Chua 2017, arXiv:1708.05027): an MLP over the sum of all pairs' products. */
export const nfm = defineModel({
  name: "nfm",
  task: ctr,
  options: { dim: 10, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const pairs = biInteraction(nn.embed(fields, o.dim));
    const deep = { dropout: o.dropout, batchNorm: o.batchNorm };
    return { logit: firstOrder(nn, fields).add(nn.mlp(pairs, [...o.hidden, 1], deep).squeeze(1)) };
  },
});
