import { defineModel } from "../model.js";
import { pairSides } from "./field-pairs.js";
import { type Composition, compose } from "./holographic.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** HFM+ (Tay et al. 2019): an MLP over the holographic compositions of all pairs of fields, side by side. */
export const hfmPlus = defineModel({
  name: "hfm-plus",
  task: ctr,
  options: {
    dim: 10,
    composition: "correlation" as Composition,
    hidden: [400, 400, 400],
    dropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const { left, right } = pairSides(nn.embed(fields, o.dim));
    const deep = { dropout: o.dropout, batchNorm: o.batchNorm };
    const network = nn.mlp(compose(left, right, o.composition).flatten(1), [...o.hidden, 1], deep);
    return { logit: firstOrder(nn, fields, { bias: true }).add(network.squeeze(1)) };
  },
});
