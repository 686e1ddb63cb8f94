import { Worker } from "node:worker_threads";
import type { Pass, ThreadSide } from "./least-squares-thread.js";
import type { SparseRows } from "./sparse-rows.js";

/** One side of the factorization, its rows shared out among threads so that each has about as many ones. */
export interface SolverThreads {
  solve(pass: Pass): Promise<void>;
  close(): Promise<void>;
}

export function openSolverThreads(
  { starts, ids }: SparseRows,
  { dim, otherCount, threads }: { dim: number; otherCount: number; threads: number },
): SolverThreads {
  const cuts = cutsOf(starts, threads);
  const workers = cuts.slice(0, -1).map((from, i) => {
    const to = cuts[i + 1]!;
    const first = starts[from]!;
    const sparse = {
      starts: starts.slice(from, to + 1).map((start) => start - first),
      ids: ids.slice(first, starts[to]!),
    };
    return {
      from,
      to,
      worker: new Worker(program(), { workerData: { sparse, dim, otherCount } satisfies ThreadSide }),
    };
  });
  return {
    async solve({ shared, penalties, steps, rows }) {
      await Promise.all(
        workers.map(({ from, to, worker }) =>
          answered(worker, {
            shared,
            steps,
            penalties: penalties.slice(from, to),
            rows: rows.subarray(from * dim, to * dim),
          }),
        ),
      );
    },
    async close() {
      await Promise.all(workers.map(({ worker }) => worker.terminate()));
    },
  };
}

/** From the sources (tests) the compiled program stands in dist/. */
function program(): URL {
  const compiled = import.meta.url.endsWith(".ts")
    ? "../../../dist/models/matrix/least-squares-thread.js"
    : "./least-squares-thread.js";
  return new URL(compiled, import.meta.url);
}

function answered(worker: Worker, pass: Pass): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      worker.off("error", reject);
      resolve();
    };
    worker.once("error", reject);
    worker.once("message", done);
    worker.postMessage(pass);
  });
}

/** Row numbers at which the ones are cut into equal shares, from 0 to the number of rows. */
function cutsOf(starts: Int32Array, threads: number): number[] {
  const count = starts.length - 1;
  const total = starts[count]!;
  const inner = Array.from({ length: threads - 1 }, (_, i) => {
    const share = (total * (i + 1)) / threads;
    return starts.findIndex((start) => start >= share);
  });
  return [0, ...inner, count];
}
