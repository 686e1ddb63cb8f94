import { HeedError } from "../../core/errors.js";
import { concat, type Tensor } from "../../tensor/index.js";

/** The number of fields on axis 1; one field alone has no pairs. */
export function fieldCount(x: Tensor): number {
  const fields = Number(x.shape[1]);
  if (fields >= 2) return fields;
  throw new HeedError("field", `${fields} field has no pairs`, "give at least two fields");
}

/** Every pair i < j of `count` fields, in lexicographic order. */
export function fieldPairs(count: number): (readonly [number, number])[] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - i - 1 }, (__, k) => [i, i + 1 + k] as const),
  ).flat();
}

/** One tensor for each field but the last, joined along axis 1: the pairs i < j in lexicographic order. */
function overPairs(x: Tensor, pairsOf: (first: number, fields: number) => Tensor): Tensor {
  const fields = fieldCount(x);
  return concat(
    Array.from({ length: fields - 1 }, (_, first) => pairsOf(first, fields)),
    1,
  );
}

/** What stands above the diagonal of [batch, field, field], row by row: [batch, pair]. */
export function upperTriangle(x: Tensor): Tensor {
  return overPairs(x, (first) => x.at(1, first).slice(1, first + 1));
}

/** Inner products <e_i, e_j> of all pairs of fields: [batch, field, dim] to [batch, pair]. */
export function innerProducts(embeddings: Tensor): Tensor {
  return upperTriangle(embeddings.matmul(embeddings, { transposeRight: true }));
}

/** Elementwise products of field i of `left` with field j of `right` for all pairs: [batch, field, dim] to [batch, pair, dim]. */
export function pairProducts(left: Tensor, right: Tensor = left): Tensor {
  return overPairs(left, (first) => left.slice(1, first, first + 1).mul(right.slice(1, first + 1)));
}

/** Both sides of all pairs of fields: [batch, field, dim] to two of [batch, pair, dim]. */
export function pairSides(embeddings: Tensor): { left: Tensor; right: Tensor } {
  const [batch, , dim] = embeddings.shape;
  return {
    left: overPairs(embeddings, (first, fields) =>
      embeddings.slice(1, first, first + 1).expand([batch!, fields - 1 - first, dim!]),
    ),
    right: overPairs(embeddings, (first) => embeddings.slice(1, first + 1)),
  };
}
