import { concat } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { adaptiveFactors } from "./afn.js";
import { ctr } from "./task.js";

/** AFN+ (Cheng et al. 2020, arXiv:1909.03276): AFN beside an MLP over embeddings of its own, joined by a linear map. */
export const afnPlus = defineModel({
  name: "afn-plus",
  task: ctr,
  options: {
    dim: 10,
    neurons: 1000,
    /** Of the network over the products. */
    factorHidden: [400],
    factorDropout: 0,
    /** Of the network over the embeddings. */
    hidden: [400, 400, 400],
    dropout: 0,
    batchNorm: false,
  },
  build({ fields, nn }, o) {
    const factors = adaptiveFactors(nn, fields, { ...o, hidden: o.factorHidden, dropout: o.factorDropout });
    const e = nn.in("deep").embed(fields, o.dim);
    const deep = nn.mlp(e.flatten(1), [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    return { logit: nn.linear(concat([factors, deep], 1), 1).squeeze(1) };
  },
});
