import { Worker } from "node:worker_threads";
import type { Bundle } from "../../bundles/index.js";
import { HeedError } from "../../core/errors.js";
import type { ItemVectors } from "../../retrieve/index.js";
import type { Value } from "../../tensor/index.js";
import { errorOf, type FromThread, type ThreadOrder, type ToThread } from "./thread-messages.js";

/** A bundle whose graph runs beside the event loop. */
export interface ThreadedBundle extends Pick<Bundle, "manifest" | "vocabularies" | "tables" | "release"> {
  /** Runs the graph; the results are the caller's own. */
  run(feeds: Readonly<Record<string, Value>>): Promise<Record<string, Value>>;
  /** The item vectors of a sequence model whose items are to be found by an index: then its graph gives "userVector" alone. */
  vectors?: ItemVectors;
}

interface Waiting {
  resolve(results: Record<string, Value>): void;
  reject(cause: Error): void;
}

/**
 * Opens a bundle in a thread of its own: ONNX Runtime's binding computes in the thread that calls it, and a graph of some
 * milliseconds would hold up every other answer. The thread keeps no process alive that has nothing else to do. Throws
 * what `loadBundle` throws. From `approximateFrom` items on a sequence model gives vectors, below scores.
 */
export function openThreaded(
  folder: string,
  approximateFrom: number | "never" = "never",
): Promise<ThreadedBundle> {
  // From the sources (tests) the compiled program stands in dist/.
  const program = new URL(
    import.meta.url.endsWith(".ts") ? "../../../dist/serve/runtime/model-thread.js" : "./model-thread.js",
    import.meta.url,
  );
  const worker = new Worker(program, { workerData: { folder, approximateFrom } satisfies ThreadOrder });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const running = new Map<number, Waiting>();
  let count = 0;
  /** Why nothing can be run any more. */
  let ending: Error | null = null;

  function take(number: number): Waiting {
    const waiting = running.get(number)!;
    running.delete(number);
    if (running.size === 0) worker.unref();
    return waiting;
  }

  function end(cause: Error): void {
    ending ??= cause;
    for (const { reject } of running.values()) reject(ending);
    running.clear();
  }

  async function run(feeds: Readonly<Record<string, Value>>): Promise<Record<string, Value>> {
    if (ending) throw ending;
    const number = count++;
    worker.ref();
    worker.postMessage({ kind: "run", number, feeds } satisfies ToThread);
    return new Promise((resolve, reject) => running.set(number, { resolve, reject }));
  }

  async function release(): Promise<void> {
    ending ??= new HeedError("released", "the model was released", "open it again");
    worker.ref();
    worker.postMessage({ kind: "release" } satisfies ToThread);
    await ended;
  }

  return new Promise((resolve, reject) => {
    worker.on("message", (message: FromThread) => {
      switch (message.kind) {
        case "opened": {
          const { kind: _, ...content } = message;
          worker.unref();
          return resolve({ ...content, run, release });
        }
        case "unopened":
          reject(errorOf(message.failure));
          return void worker.terminate();
        case "ran":
          return take(message.number).resolve(message.results);
        case "failed":
          return take(message.number).reject(errorOf(message.failure));
      }
    });
    worker.once("error", (cause) => {
      end(cause);
      reject(cause);
    });
    worker.once("exit", () => end(new HeedError("model", "the model's thread ended", "restart Heed")));
  });
}
