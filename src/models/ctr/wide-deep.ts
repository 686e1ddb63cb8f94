import { defineModel } from "../model.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** Wide & Deep (Cheng et al. 2016, arXiv:1606.07792): a linear model and an MLP, trained together on one logit. */
export const wideDeep = defineModel({
  name: "wide-deep",
  task: ctr,
  options: { dim: 10, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const deep = nn.mlp(nn.embed(fields, o.dim).flatten(1), [...o.hidden, 1], {
      dropout: o.dropout,
      batchNorm: o.batchNorm,
    });
    return { logit: firstOrder(nn, fields).add(deep.squeeze(1)) };
  },
});
