import { concat } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { newtonSums } from "./newton-sums.js";
import { ctr } from "./task.js";

/** DeepIM (Yu et al. 2020): the interactions of every degree up to `order`, exactly, in linear time, beside an MLP. */
export const deepIM = defineModel({
  name: "deepim",
  task: ctr,
  options: {
    dim: 10,
    order: 3,
    /** Batch norm of the interactions; `batchNorm` is that of the MLP. */
    interactionNorm: false,
    hidden: [400, 400, 400],
    dropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const sums = concat(newtonSums(e, o.order), 1);
    const interactions = nn.linear(o.interactionNorm ? nn.in("interactions").batchNorm(sums) : sums, 1);
    const deep = nn.mlp(e.flatten(1), [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    return { logit: interactions.add(deep).squeeze(1) };
  },
});
