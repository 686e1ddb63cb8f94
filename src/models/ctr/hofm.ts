import { HeedError } from "../../core/errors.js";
import type { Tensor } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/**
 * ANOVA kernel (Blondel et al. 2016, arXiv:1607.07195): the elementwise products of all subsets of `degree` fields,
 * summed. Element j of the running tensor holds the subsets whose last field is j. [batch, field, dim] to [batch, dim].
 */
export function anova(embeddings: Tensor, degree: number): Tensor {
  let endingHere = embeddings;
  for (let size = 2; size <= degree; size++)
    endingHere = embeddings.mul(endingHere.cumulativeSum(1, { exclusive: true }));
  return endingHere.sum(1);
}

/** Higher-order factorization machine (Blondel et al. 2016): one embedding table a degree, or one shared by all. */
export const hofm = defineModel({
  name: "hofm",
  task: ctr,
  options: { dim: 10, order: 3, shared: false },
  build({ fields, nn }, o) {
    if (!Number.isInteger(o.order) || o.order < 2)
      throw new HeedError("option", `option "order" is ${o.order}`, "give a whole number from 2");
    let logit = firstOrder(nn, fields, { bias: true });
    let embeddings = nn.embed(fields, o.dim);
    for (let degree = 2; degree <= o.order; degree++) {
      if (degree > 2 && !o.shared) embeddings = nn.embed(fields, o.dim);
      logit = logit.add(anova(embeddings, degree).sum(1));
    }
    return { logit };
  },
});
