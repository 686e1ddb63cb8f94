import { defineModel } from "../model.js";
import { type Composition, compose } from "./holographic.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/**
 * Holographic factorization machine (Tay et al. 2019): pairs composed by circular convolution or correlation, summed and
 * read by one vector. All three compositions are bilinear: field i meets the sum of the fields after it at once.
 */
export const hfm = defineModel({
  name: "hfm",
  task: ctr,
  options: { dim: 10, composition: "convolution" as Composition },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const later = e.cumulativeSum(1, { reverse: true, exclusive: true });
    const composed = compose(e, later, o.composition).sum(1);
    const interactions = nn.linear(composed, 1, { bias: false }).squeeze(1);
    return { logit: firstOrder(nn, fields, { bias: true }).add(interactions) };
  },
});
