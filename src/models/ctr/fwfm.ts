import { defineModel } from "../model.js";
import { choice } from "./choice.js";
import { innerProducts } from "./field-pairs.js";
import { firstOrder } from "./interactions.js";
import { ctr } from "./task.js";

/** What the linear part learns: a weight a value, a vector a value (FeLV) or a vector a field (FiLV). */
type LinearPart = "weights" | "value-vectors" | "field-vectors";

/** Field-weighted factorization machine (Pan et al. 2018, arXiv:1806.03514): one learned weight a pair of fields. */
export const fwfm = defineModel({
  name: "fwfm",
  task: ctr,
  options: { dim: 10, linear: "value-vectors" as LinearPart },
  build({ fields, nn }, o) {
    const e = nn.embed(fields, o.dim);
    const pairs = nn.linear(innerProducts(e), 1).squeeze(1);
    const linear = choice("linear", o.linear, {
      weights: () => firstOrder(nn, fields),
      "value-vectors": () => e.mul(nn.in("linearVectors").embed(fields, o.dim)).sum([1, 2]),
      "field-vectors": () => nn.linear(e.flatten(1), 1, { bias: false }).squeeze(1),
    });
    return { logit: pairs.add(linear) };
  },
});
