import { defineModel } from "../model.js";
import { firstOrder, pairwise } from "./interactions.js";
import { ctr } from "./task.js";

/** Factorization machine (Rendle 2010): the linear part plus inner products of all pairs of fields. */
export const fm = defineModel({
  name: "fm",
  task: ctr,
  options: { dim: 10 },
  build: ({ fields, nn }, o) => ({
    logit: firstOrder(nn, fields, { bias: true }).add(pairwise(nn.embed(fields, o.dim))),
  }),
});
