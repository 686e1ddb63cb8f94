import { defineModel } from "../model.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** Logistic regression (Richardson et al. 2007): one weight per feature value and a bias. */
export const lr = defineModel({
  name: "lr",
  task: ctr,
  options: {},
  build: ({ fields, nn }) => ({ logit: firstOrder(nn, fields, { bias: true }) }),
});
