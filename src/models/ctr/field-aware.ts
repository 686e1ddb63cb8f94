import type { Fields, Layers, Tensor } from "../../tensor/index.js";
import { fieldCount, upperTriangle } from "./field-pairs.js";

/**
 * Field-aware embeddings (Juan et al. 2016): every value has one vector towards each other field,
 * [batch, field, fields - 1, dim]. Place t of field i points to the t-th of the fields other than i.
 */
export function fieldAware(nn: Layers, fields: Fields, dim: number): Tensor {
  const [batch] = fields.ids.shape;
  const count = fieldCount(fields.ids);
  return nn
    .in("fieldAware")
    .embed(fields, (count - 1) * dim)
    .reshape([batch!, count, count - 1, dim]);
}

/** <v_{i, F_j}, v_{j, F_i}> of all pairs i < j: [batch, field, fields - 1, dim] to [batch, pair]. */
export function fieldAwareProducts(v: Tensor): Tensor {
  const square = withDiagonal(v);
  return upperTriangle(square.mul(square.transpose([0, 2, 1, 3])).sum(3));
}

/**
 * The square [batch, field, field, dim] whose diagonal is zero and whose other places are `v`. Between two places of the
 * diagonal lie as many others as there are fields: one zero after each run of them, and one before all.
 */
function withDiagonal(v: Tensor): Tensor {
  const [batch, , , dim] = v.shape;
  const count = fieldCount(v);
  return v
    .reshape([batch!, count - 1, count, dim!])
    .pad(2, 0, 1)
    .reshape([batch!, count * count - 1, dim!])
    .pad(1, 1, 0)
    .reshape([batch!, count, count, dim!]);
}
