import { HeedError } from "../../core/errors.js";
import { compile, input } from "../../tensor/index.js";
import { checkCount } from "../check-numbers.js";
import type { RaggedLists } from "./ragged-lists.js";
import { type TopItemsOptions, topItems } from "./top-items.js";

/** Users and items as rows of two row-major matrices `dim` wide; a score is the product of two rows. */
export interface Factors {
  users: Float32Array;
  items: Float32Array;
  dim: number;
}

export interface RankFactorsOptions extends Omit<TopItemsOptions, "items"> {
  /** Threads of the matrix product; ONNX Runtime's number by default. */
  threads?: number;
}

/** Scores held at a time: 16 MiB of floats, little enough to stay in a cache. */
const blockScores = 2 ** 22;

/** Full ranking: every user's k best of the whole catalogue by factors, block by block in ONNX Runtime. */
export async function rankFactors(factors: Factors, options: RankFactorsOptions): Promise<RaggedLists> {
  const { dim } = factors;
  checkCount("rankFactors", "dim", dim);
  for (const called of ["users", "items"] as const) {
    if (factors[called].length > 0 && factors[called].length % dim === 0) continue;
    throw new HeedError(
      "metric",
      `rankFactors: ${factors[called].length} numbers of ${called} in rows of ${dim}`,
      "give whole rows, at least one",
    );
  }
  const items = factors.items.length / dim;
  const users = factors.users.length / dim;
  const { threads, ...rest } = options;
  const top = topItems({ ...rest, items });
  const program = await compile(
    { scores: input("users", "float32", ["rows", dim]).matmul(input("items", "float32", [dim, items])) },
    threads === undefined ? {} : { threads },
  );
  try {
    const columns = { data: transposed(factors.items, dim), shape: [dim, items] };
    const step = Math.max(1, Math.floor(blockScores / items));
    for (let start = 0; start < users; start += step) {
      const rows = Math.min(step, users - start);
      const block = { data: factors.users.subarray(start * dim, (start + rows) * dim), shape: [rows, dim] };
      const { scores } = await program.run({ users: block, items: columns });
      top.add(scores!.data as Float32Array);
    }
  } finally {
    await program.release();
  }
  return top.lists();
}

function transposed(rows: Float32Array, dim: number): Float32Array {
  const length = rows.length / dim;
  const columns = new Float32Array(rows.length);
  for (let i = 0; i < length; i++) for (let d = 0; d < dim; d++) columns[d * length + i] = rows[i * dim + d]!;
  return columns;
}
