import { parentPort, workerData } from "node:worker_threads";
import { topScores } from "../../decide/index.js";
import { buildApproximate, scoreEvery } from "../../retrieve/index.js";
import type { FromIndex, IndexOrder, SearchOrder } from "./index-messages.js";
import { failureOf } from "./thread-messages.js";

/** The thread that builds the index of a model's item vectors, and searches in it until it is terminated. */

const port = parentPort!;
const send = (message: FromIndex) => port.postMessage(message);
const { vectors, options } = workerData as IndexOrder;

try {
  const start = performance.now();
  const index = buildApproximate(vectors, options);
  port.on("message", ({ number, query, limit, compare }: SearchOrder) => {
    let ids: Int32Array;
    try {
      ids = index.search(query, limit);
      send({ kind: "found", number, ids });
    } catch (cause) {
      send({ kind: "failed", number, failure: failureOf(cause) });
      return;
    }
    if (!compare) return;
    const truth = topScores(scoreEvery(vectors, query), limit);
    const given = new Set(ids);
    const found = truth.reduce((count, id) => count + Number(given.has(id)), 0);
    send({ kind: "compared", found, wanted: truth.length });
  });
  send({ kind: "built", seconds: (performance.now() - start) / 1000 });
} catch (cause) {
  send({ kind: "unbuilt", failure: failureOf(cause) });
}
