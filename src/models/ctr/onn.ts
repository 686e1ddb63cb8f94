import { concat } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { fieldAware, fieldAwareProducts } from "./field-aware.js";
import { ctr } from "./task.js";

/**
 * Operation-aware network, also NFFM (Yang et al. 2020, arXiv:1904.12579): an MLP over plain embeddings and the inner
 * products of field-aware ones. Its tables hold as many vectors a value as there are fields: keep `dim` small.
 */
export const onn = defineModel({
  name: "onn",
  task: ctr,
  options: { dim: 8, hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    const plain = nn.embed(fields, o.dim).flatten(1);
    const joined = concat([plain, fieldAwareProducts(fieldAware(nn, fields, o.dim))], 1);
    const deep = { dropout: o.dropout, batchNorm: o.batchNorm };
    return { logit: nn.mlp(joined, [...o.hidden, 1], deep).squeeze(1) };
  },
});
