import { parentPort, workerData } from "node:worker_threads";
import { type Bundle, type BundleManifest, loadBundle } from "../../bundles/index.js";
import type { ItemVectors } from "../../retrieve/index.js";
import type { Value } from "../../tensor/index.js";
import { type FromThread, failureOf, type ThreadOrder, type ToThread } from "./thread-messages.js";

/** The thread that runs one model's graph. It opens the bundle, says what is in it, and answers until it is released. */

const port = parentPort!;
const send = (message: FromThread, moved: ArrayBuffer[] = []) => port.postMessage(message, moved);

try {
  // One thread of the runtime: serving answers many requests at once.
  const { bundle, vectors } = await open(workerData as ThreadOrder);
  // One run at a time: the graph's buffers, and those of the rows it looks up, are its own.
  let last: Promise<unknown> = Promise.resolve();
  port.on("message", (message: ToThread) => {
    if (message.kind === "release") {
      void last.then(() => bundle.release()).finally(() => port.close());
      return;
    }
    const { number, feeds } = message;
    last = last
      .then(() => bundle.run(feeds))
      .then(
        (results) => sendResults(number, results),
        (cause: unknown) => send({ kind: "failed", number, failure: failureOf(cause) }),
      );
  });
  const { manifest, vocabularies } = bundle;
  // What is counted is read where the answers are made; rows that a graph looks up stay here.
  const tables = manifest.kind === "counting" ? bundle.tables : [];
  send({ kind: "opened", manifest, vocabularies, tables, ...(vectors && { vectors }) });
} catch (cause) {
  send({ kind: "unopened", failure: failureOf(cause) });
}

async function open({
  folder,
  approximateFrom,
}: ThreadOrder): Promise<{ bundle: Bundle; vectors?: ItemVectors }> {
  const load = (wanted: string | null) =>
    loadBundle(folder, {
      threads: 1,
      outputs: ({ kind, outputs }) =>
        kind === "sequence" && wanted !== null ? [wanted] : outputs.map(({ name }) => name),
    });
  const isLarge = (manifest: BundleManifest) => {
    const items = manifest.outputs.find(({ name }) => name === "itemVectors");
    return approximateFrom !== "never" && items !== undefined && Number(items.shape[0]) > approximateFrom;
  };
  const exact = await load("scores");
  if (!isLarge(exact.manifest)) return { bundle: exact };
  await exact.release();
  const table = await load("itemVectors");
  const { itemVectors } = await table.run({});
  const [rows, dim] = itemVectors!.shape as [number, number];
  // Shared, so that whoever scores and whoever searches read the same memory.
  const values = new Float32Array(new SharedArrayBuffer(rows * dim * 4));
  values.set(itemVectors!.data as Float32Array);
  await table.release();
  return { bundle: await load("userVector"), vectors: { rows, dim, values } };
}

/** Results are copied out of the graph's own buffers, which the next run overwrites, and moved. */
function sendResults(number: number, results: Record<string, Value>): void {
  const copies = Object.entries(results).map(([name, { data, shape }]): [string, Value] => [
    name,
    { data: data.slice(), shape },
  ]);
  send(
    { kind: "ran", number, results: Object.fromEntries(copies) },
    copies.map(([, { data }]) => data.buffer as ArrayBuffer),
  );
}
