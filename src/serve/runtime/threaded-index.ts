import { Worker } from "node:worker_threads";
import { HeedError } from "../../core/errors.js";
import type { ApproximateOptions, ItemVectors } from "../../retrieve/index.js";
import type { FromIndex, IndexOrder, SearchOrder } from "./index-messages.js";
import { errorOf } from "./thread-messages.js";

/** An index beside the event loop: building one takes seconds, and answers must not wait for it. */
export interface ThreadedIndex {
  /** Whether it is built; until then nothing can be searched. */
  ready(): boolean;
  /** Resolves when it is built. */
  built: Promise<void>;
  /** Ids of about the best, best first. `compare` also counts, after the answer, how many of the best those are. */
  search(query: Float32Array, limit: number, compare: boolean): Promise<Int32Array>;
  release(): Promise<void>;
}

interface Waiting {
  resolve(ids: Int32Array): void;
  reject(cause: Error): void;
}

/** Begins to build an index in a thread of its own. `compared` hears what comparing searches found. */
export function openThreadedIndex(
  vectors: ItemVectors,
  options: ApproximateOptions,
  compared: (found: number, wanted: number) => void,
): ThreadedIndex {
  // From the sources (tests) the compiled program stands in dist/.
  const program = new URL(
    import.meta.url.endsWith(".ts") ? "../../../dist/serve/runtime/index-thread.js" : "./index-thread.js",
    import.meta.url,
  );
  const worker = new Worker(program, { workerData: { vectors, options } satisfies IndexOrder });
  worker.unref();
  const running = new Map<number, Waiting>();
  let count = 0;
  let ready = false;
  let ending: Error | null = null;

  function end(cause: Error): void {
    ending ??= cause;
    ready = false;
    for (const { reject } of running.values()) reject(ending);
    running.clear();
  }
  function take(number: number): Waiting {
    const waiting = running.get(number)!;
    running.delete(number);
    if (running.size === 0) worker.unref();
    return waiting;
  }

  const built = new Promise<void>((resolve, reject) => {
    worker.on("message", (message: FromIndex) => {
      switch (message.kind) {
        case "built":
          ready = true;
          return resolve();
        case "unbuilt":
          end(errorOf(message.failure));
          return reject(errorOf(message.failure));
        case "found":
          return take(message.number).resolve(message.ids);
        case "failed":
          return take(message.number).reject(errorOf(message.failure));
        case "compared":
          return compared(message.found, message.wanted);
      }
    });
    worker.once("error", (cause) => {
      end(cause);
      reject(cause);
    });
    worker.once("exit", () => {
      end(new HeedError("model", "the index's thread ended", "restart Heed; exact search serves meanwhile"));
      reject(ending);
    });
  });
  // Whoever waits for it hears of a failure; who does not is served by exact search.
  built.catch(() => {});

  return {
    ready: () => ready,
    built,
    search(query, limit, compare) {
      if (ending) return Promise.reject(ending);
      const number = count++;
      worker.ref();
      worker.postMessage({ number, query, limit, compare } satisfies SearchOrder);
      return new Promise((resolve, reject) => running.set(number, { resolve, reject }));
    },
    async release() {
      ready = false;
      await worker.terminate();
    },
  };
}
