import type { Fields, Layers, Tensor } from "../../tensor/index.js";
import { overPairs } from "./field-pairs.js";

/**
 * Field-aware embeddings (Juan et al. 2016): every value has one vector towards each other field,
 * [batch, field, fields - 1, dim]. Place t of field i points to the t-th of the fields other than i.
 */
export function fieldAware(nn: Layers, fields: Fields, dim: number): Tensor {
  const [batch, count] = fields.ids.shape;
  const others = Math.max(1, Number(count) - 1);
  return nn
    .in("fieldAware")
    .embed(fields, others * dim)
    .reshape([batch!, count!, others, dim]);
}

/** <v_{i, F_j}, v_{j, F_i}> of all pairs i < j: [batch, field, fields - 1, dim] to [batch, pair]. */
export function fieldAwareProducts(v: Tensor): Tensor {
  return overPairs(v, (first) => {
    const towardsLater = v.at(1, first).slice(1, first);
    const towardsFirst = v.slice(1, first + 1).at(2, first);
    return towardsLater.mul(towardsFirst).sum(2);
  });
}
