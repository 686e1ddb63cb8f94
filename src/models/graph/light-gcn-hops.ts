import type { Tensor } from "../../tensor/index.js";
import { type SparseMatrix, scaled, timesVector, transposed } from "./sparse.js";
import { type Hop, productHop } from "./sparse-product.js";

/** Both directions of one hop over a bipartite graph: vectors of users become vectors of items, and the other way. */
export interface BipartiteHop {
  toItems: Hop;
  toUsers: Hop;
}

/** The hop of LightGCN: D^-1/2 A D^-1/2 without self loops; a node without edges gets zeros. */
export function symmetricHop(interactions: SparseMatrix): BipartiteHop {
  const flipped = transposed(interactions);
  const inverseRoots = (matrix: SparseMatrix) =>
    timesVector(matrix, new Float64Array(matrix.width).fill(1)).map((degree) =>
      degree > 0 ? 1 / Math.sqrt(degree) : 0,
    );
  const toUsers = scaled(interactions, inverseRoots(interactions), inverseRoots(flipped));
  return { toItems: productHop(transposed(toUsers)), toUsers: productHop(toUsers) };
}

/** LightGCN (He et al. 2020, arXiv:2002.02126): the mean of the layers 0 to `layers`. */
export function meanOfLayers(
  hop: BipartiteHop,
  start: { users: Tensor; items: Tensor },
  layers: number,
): { users: Tensor; items: Tensor } {
  let { users, items } = start;
  let sum = start;
  for (let layer = 0; layer < layers; layer++) {
    [users, items] = [hop.toUsers(items), hop.toItems(users)];
    sum = { users: sum.users.add(users), items: sum.items.add(items) };
  }
  return { users: sum.users.mul(1 / (layers + 1)), items: sum.items.mul(1 / (layers + 1)) };
}
