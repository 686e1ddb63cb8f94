/** One vector an item by its id; row 0 is nobody's. Readable by several threads where `values` lies in shared memory. */
export interface ItemVectors {
  rows: number;
  dim: number;
  /** [rows * dim]. */
  values: Float32Array;
}

/** The inner product of a query with the vector of an item: the model's score. */
export function scoreOf({ dim, values }: ItemVectors, query: Float32Array, id: number): number {
  let sum = 0;
  for (let k = 0, at = id * dim; k < dim; k++, at++) sum += query[k]! * values[at]!;
  return sum;
}

/** The scores of all items by id; place 0 gets -Infinity. */
export function scoreEvery(vectors: ItemVectors, query: Float32Array): Float32Array {
  const scores = new Float32Array(vectors.rows);
  for (let id = 1; id < vectors.rows; id++) scores[id] = scoreOf(vectors, query, id);
  scores[0] = Number.NEGATIVE_INFINITY;
  return scores;
}
