import { constant, type Tensor } from "../../tensor/index.js";

/**
 * What a model that scores items by inner products answers with: `scores` [batch, items + 1] of the whole catalogue (-1e9 for
 * row 0, which is nobody), and the vectors they are products of, for retrieval without scoring everything: `userVector`
 * [batch, dim] of the history and `itemVectors` [items + 1, dim].
 */
export function catalogueOutputs(
  user: Tensor,
  table: Tensor,
  items: number,
): { scores: Tensor; userVector: Tensor; itemVectors: Tensor } {
  const padding = constant(
    user.dtype,
    [items + 1],
    Array.from({ length: items + 1 }, (_, id) => (id === 0 ? -1e9 : 0)),
  );
  return {
    scores: user.matmul(table, { transposeRight: true }).add(padding),
    userVector: user,
    itemVectors: table,
  };
}
