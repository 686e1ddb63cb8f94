import { concat } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { innerProducts } from "./field-pairs.js";
import { ctr } from "./task.js";

/** Inner-product network (Qu et al. 2016, arXiv:1611.00144): an MLP over the embeddings and all their inner products. */
export const ipnn = defineModel({
  name: "ipnn",
  task: ctr,
  options: { dim: 10, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const joined = concat([e.flatten(1), innerProducts(e)], 1);
    const deep = { dropout: o.dropout, batchNorm: o.batchNorm };
    return { logit: nn.mlp(joined, [...o.hidden, 1], deep).squeeze(1) };
  },
});
