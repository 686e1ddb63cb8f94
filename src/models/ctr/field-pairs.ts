import { HeedError } from "../../core/errors.js";
import { concat, type Tensor } from "../../tensor/index.js";

/** Every pair i < j of `count` fields, in lexicographic order. */
export function fieldPairs(count: number): (readonly [number, number])[] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - i - 1 }, (__, k) => [i, i + 1 + k] as const),
  ).flat();
}

/**
 * Elementwise products of row i of `left` with row j of `right` for every pair i < j in lexicographic order: [batch, n, dim]
 * twice to [batch, n (n - 1) / 2, dim].
 */
export function pairProducts(left: Tensor, right: Tensor): Tensor {
  return joinPairs(left, (i) => left.slice(1, i, i + 1).mul(right.slice(1, i + 1)));
}

/** Inner products of every pair i < j of rows, in lexicographic order: [batch, n, dim] to [batch, n (n - 1) / 2]. */
export function pairInnerProducts(x: Tensor): Tensor {
  const gram = x.matmul(x, { transposeRight: true });
  return joinPairs(x, (i) => gram.at(1, i).slice(1, i + 1));
}

/** Joins what each row but the last gives with all rows after it; slices, since a gather's gradient is a slow scatter. */
function joinPairs(x: Tensor, withLater: (row: number) => Tensor): Tensor {
  const rows = Number(x.shape[1]);
  if (rows < 2)
    throw new HeedError("field", "there is one field, and so no pair", "give at least two fields");
  return concat(
    Array.from({ length: rows - 1 }, (_, i) => withLater(i)),
    1,
  );
}
