import { parentPort, workerData } from "node:worker_threads";
import { openLeastSquares, type Shared } from "./least-squares.js";
import type { SparseRows } from "./sparse-rows.js";

/** What a thread is given once. */
export interface ThreadSide {
  sparse: SparseRows;
  dim: number;
  otherCount: number;
}

/** One pass over the thread's rows; `rows` and `others` lie in shared memory. */
export interface Pass {
  shared: Shared;
  penalties: Float32Array;
  steps: number;
  rows: Float32Array;
}

const { sparse, ...sizes } = workerData as ThreadSide;
const side = await openLeastSquares(sparse, sizes);

parentPort!.on("message", ({ shared, penalties, steps, rows }: Pass) => {
  side.load(shared);
  side.solve(penalties, steps, rows);
  parentPort!.postMessage("done");
});
