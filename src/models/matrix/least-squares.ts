import { loadKernels, openMemory } from "../../train/index.js";
import type { SparseRows } from "./sparse-rows.js";

/** What the rows' least squares problems share. */
export interface Shared {
  /** Vectors of the other side, [., dim]. */
  others: Float32Array;
  /** [dim, dim], what all others contribute to every row. */
  gram: Float32Array;
}

/** Rows of one side, ready to be solved again and again. */
export interface LeastSquares {
  /** Takes over the other side's vectors, until the next call. */
  load(shared: Shared): void;
  /**
   * Moves every row of `rows` [count, dim] by `steps` conjugate gradient steps towards the x that minimises
   * sum_k (q_k'x - 1)^2 + x' gram x + penalty |x|^2, q_k being the others that the row names.
   */
  solve(penalties: Float32Array, steps: number, rows: Float32Array): void;
  /** Names other ids in the rows; at most as many as at first. */
  name(sparse: SparseRows): void;
}

/** Lays out memory for rows with `otherCount` vectors on the other side; `dim` is a multiple of 4. */
export async function openLeastSquares(
  sparse: SparseRows,
  { dim, otherCount }: { dim: number; otherCount: number },
): Promise<LeastSquares> {
  const count = sparse.starts.length - 1;
  const memory = openMemory(await loadKernels(), "alternating least squares");
  const at = {
    ids: memory.reserve(4 * sparse.ids.length),
    starts: memory.reserve(4 * sparse.starts.length),
    others: memory.reserve(4 * otherCount * dim),
    gram: memory.reserve(4 * dim * dim),
    penalties: memory.reserve(4 * count),
    scratch: memory.reserve(12 * dim),
    rows: memory.reserve(4 * count * dim),
  };
  const side: LeastSquares = {
    load({ others, gram }) {
      memory.float32(at.others, others.length).set(others);
      memory.float32(at.gram, gram.length).set(gram);
    },
    solve(penalties, steps, rows) {
      memory.float32(at.penalties, count).set(penalties);
      const solved = memory.float32(at.rows, rows.length);
      solved.set(rows);
      const { ids, starts, others, gram, scratch } = at;
      memory.kernels.solve(ids, starts, count, dim, others, gram, at.penalties, steps, scratch, at.rows);
      rows.set(solved);
    },
    name({ starts, ids }) {
      memory.int32(at.starts, starts.length).set(starts);
      memory.int32(at.ids, ids.length).set(ids);
    },
  };
  side.name(sparse);
  return side;
}
