import { HeedError } from "../../core/errors.js";
import { defineModel } from "../model.js";
import { innerProducts } from "./field-pairs.js";
import { ctr } from "./task.js";

/**
 * DLRM (Naumov et al. 2019, arXiv:1906.00091) over categorical fields, which have no bottom network: an MLP over the
 * embeddings side by side ("concat"), or over their inner products ("dot").
 */
export const dlrm = defineModel({
  name: "dlrm",
  task: ctr,
  options: { dim: 10, interaction: "dot", hidden: [400, 400, 400], dropout: 0, batchNorm: false },
  build({ fields, nn }, o) {
    if (o.interaction !== "concat" && o.interaction !== "dot") {
      throw new HeedError("option", `interaction "${o.interaction}"`, "use concat or dot");
    }
    const e = nn.embed(fields, o.dim);
    const joined = o.interaction === "dot" ? innerProducts(e) : e.flatten(1);
    const top = nn.mlp(joined, [...o.hidden, 1], { dropout: o.dropout, batchNorm: o.batchNorm });
    return { logit: top.squeeze(1) };
  },
});
