import { defineModel } from "../model.js";
import { compressedInteractions } from "./compressed-interactions.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** xDeepFM (Lian et al. 2018, arXiv:1803.05170): a linear model, a compressed interaction network and an MLP. */
export const xDeepFM = defineModel({
  name: "xdeepfm",
  task: ctr,
  options: { dim: 10, maps: [64, 64, 64], hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const crossed = nn.linear(compressedInteractions(nn, e, o.maps), 1);
    const deep = nn.mlp(e.flatten(1), [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    return { logit: firstOrder(nn, fields).add(crossed.add(deep).squeeze(1)) };
  },
});
