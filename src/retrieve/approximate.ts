import { Index, MetricKind, ScalarKind } from "usearch";
import type { ItemVectors } from "./vectors.js";

export interface ApproximateOptions {
  /** Links of each vector in the graph. */
  connectivity: number;
  /** Candidates looked at when a vector is put in. */
  expansionAdd: number;
  /** Candidates looked at in a search; more find more of the truth and take longer. */
  expansionSearch: number;
  threads: number;
}

/** Nearest neighbours by a graph of vectors: quick, and nearly always right. */
export interface ApproximateIndex {
  /** Ids of up to `limit` items of about the greatest inner products with the query, best first. */
  search(query: Float32Array, limit: number): Int32Array;
}

/**
 * Builds a graph of small worlds (HNSW, Malkov & Yashunin 2018) with usearch. Such a graph needs a distance, and an inner
 * product is none: each vector gets one more coordinate that makes all of them equally long (Bachrach et al. 2014), after which
 * the nearest by angle are those of the greatest inner product, whatever their lengths were.
 */
export function buildApproximate(vectors: ItemVectors, options: ApproximateOptions): ApproximateIndex {
  const { rows, dim } = vectors;
  const { connectivity, expansionAdd, expansionSearch, threads } = options;
  const index = new Index({
    dimensions: dim + 1,
    metric: MetricKind.Cos,
    quantization: ScalarKind.F32,
    connectivity,
    expansion_add: expansionAdd,
    expansion_search: expansionSearch,
    multi: false,
  });
  const keys = BigUint64Array.from({ length: rows - 1 }, (_, i) => BigInt(i + 1));
  index.add(keys, equallyLong(vectors), threads);
  const query = new Float32Array(dim + 1);
  return {
    search(given, limit) {
      query.set(given);
      const { keys: found } = index.search(query, Math.min(limit, rows - 1), 1);
      return Int32Array.from(found, Number);
    },
  };
}

/** The vectors of all items but row 0, one coordinate longer and each of length 1. */
function equallyLong({ rows, dim, values }: ItemVectors): Float32Array {
  const squares = new Float64Array(rows);
  let largest = Number.MIN_VALUE;
  for (let id = 1; id < rows; id++) {
    for (let at = id * dim; at < (id + 1) * dim; at++) squares[id] = squares[id]! + values[at]! ** 2;
    largest = Math.max(largest, squares[id]!);
  }
  const longer = new Float32Array((rows - 1) * (dim + 1));
  const scale = 1 / Math.sqrt(largest);
  for (let id = 1; id < rows; id++) {
    const to = (id - 1) * (dim + 1);
    for (let k = 0; k < dim; k++) longer[to + k] = values[id * dim + k]! * scale;
    longer[to + dim] = Math.sqrt(Math.max(0, 1 - squares[id]! / largest));
  }
  return longer;
}
