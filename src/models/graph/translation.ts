import type { Tensor } from "../../tensor/index.js";
import { type SparseMatrix, scaled, sparseMatrix, timesVector } from "./sparse.js";
import { type Hop, productHop } from "./sparse-product.js";

/** Which user and item each edge ties; a pair that comes again is another edge. */
export interface Edges {
  users: number;
  items: number;
  user: Int32Array;
  item: Int32Array;
}

interface Nodes {
  users: Tensor;
  items: Tensor;
}

/**
 * Propagation with a vector on each edge: an item receives the mean over its edges of (user + edge), a user that of (item -
 * edge), so that taste plus demand lands near what is taken. Nodes without edges get zeros. Without edge vectors it is a
 * plain mean. Returns the layers 1 to `layers`.
 */
export function translated(edges: Edges, start: Nodes, edgeVectors: Tensor | null, layers: number): Nodes[] {
  const hop = translationHop(edges);
  const shift = edgeVectors && {
    users: hop.edgesToUsers(edgeVectors),
    items: hop.edgesToItems(edgeVectors),
  };
  const passed: Nodes[] = [];
  let last = start;
  for (let layer = 0; layer < layers; layer++) {
    const met = { users: hop.toUsers(last.items), items: hop.toItems(last.users) };
    last = shift ? { users: met.users.sub(shift.users), items: met.items.add(shift.items) } : met;
    passed.push(last);
  }
  return passed;
}

/** The start and its layers, layer l weighted 1 / (l + 1). */
export function weightedLayers(start: Nodes, layers: readonly Nodes[]): Nodes {
  return layers.reduce((sum, layer, l) => {
    const weight = 1 / (l + 2);
    return { users: sum.users.add(layer.users.mul(weight)), items: sum.items.add(layer.items.mul(weight)) };
  }, start);
}

/** Means over the edges of a node: of the nodes at their other end, and of their own vectors. */
function translationHop({
  users,
  items,
  user,
  item,
}: Edges): Record<"toUsers" | "toItems" | "edgesToUsers" | "edgesToItems", Hop> {
  const places = Int32Array.from(user, (_, edge) => edge);
  const mean = (height: number, width: number, rows: Int32Array, columns: Int32Array) =>
    productHop(rowMean(sparseMatrix(height, width, rows, columns)));
  return {
    toUsers: mean(users, items, user, item),
    toItems: mean(items, users, item, user),
    edgesToUsers: mean(users, user.length, user, places),
    edgesToItems: mean(items, user.length, item, places),
  };
}

function rowMean(matrix: SparseMatrix): SparseMatrix {
  const sums = timesVector(matrix, new Float64Array(matrix.width).fill(1));
  return scaled(
    matrix,
    sums.map((sum) => (sum > 0 ? 1 / sum : 0)),
  );
}
