import { defineModel } from "../model.js";
import { fieldAware, fieldAwareProducts } from "./field-aware.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/**
 * Field-aware factorization machine (Juan et al. 2016): a value meets each other field with a vector of its own. As in
 * BARS, examples are not scaled to unit length.
 */
export const ffm = defineModel({
  name: "ffm",
  task: ctr,
  options: { dim: 10 },
  build: ({ fields, nn }, o) => ({
    logit: firstOrder(nn, fields, { bias: true }).add(
      fieldAwareProducts(fieldAware(nn, fields, o.dim)).sum(1),
    ),
  }),
});
