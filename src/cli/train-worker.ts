import { saveBundle } from "../bundles/index.js";
import { createDataset, fingerprint, ragged } from "../data/index.js";
import type { Interval } from "../evaluate/index.js";
import { sasRec, sequenceBatches } from "../models/index.js";
import type { Target } from "../serve/index.js";
import { fit, type Trainer } from "../train/index.js";
import { figures } from "./compare.js";
import { graphScores } from "./ranking.js";

/** What the parent sends; typed arrays survive because the channel uses the structured clone algorithm. */
export interface TrainRequest {
  bundle: string;
  /** Item names by id, place 0 blank. */
  vocabulary: string[];
  train: Int32Array[];
  validation: Target[];
  test: Target[];
  seconds: number;
}

export type TrainMessage =
  | { kind: "progress"; epoch: number; ndcg: number }
  | { kind: "done" }
  | { kind: "failed"; message: string };

const length = 20;
const seed = 1;
const settings = {
  optimizer: { kind: "adam" },
  epochs: 30,
  learningRate: 2e-3,
  batchSize: 256,
  monitor: { metric: "ndcg", mode: "max" },
  patience: 3,
  options: { dim: 64, dropout: 0.3 },
} as const;

/** Trains SASRec in a process of its own, so that serving stays responsive, and saves it as a bundle. */
async function train(request: TrainRequest): Promise<void> {
  const items = request.vocabulary.length - 1;
  const sequences = ragged(request.train, items + 1);
  const { batchSize, options, ...rest } = settings;
  const judge = (predict: Trainer["predict"], targets: readonly Target[]) =>
    figures(graphScores(predict, length), targets);
  const run = fit(sasRec.trainable({ items, length }, options), {
    ...rest,
    seed,
    embeddings: "exact",
    maximumSeconds: request.seconds,
    batches: (epoch) => sequenceBatches(sequences, { length, batchSize, seed, epoch }),
    metrics: async (predict) => ({ ndcg: (await judge(predict, request.validation)).ndcg.mean }),
  });
  for await (const progress of run) {
    if (progress.kind === "epoch")
      send({ kind: "progress", epoch: progress.epoch, ndcg: progress.metrics.ndcg! });
  }
  const { trainer } = await run.finish();
  const [validation, test] = [
    await judge((feeds) => trainer.predict(feeds), request.validation),
    await judge((feeds) => trainer.predict(feeds), request.test),
  ];
  const estimate = ({ mean: value, low, high }: Interval) => ({ value, low, high });
  await saveBundle(request.bundle, {
    description: {
      kind: "sequence",
      model: sasRec.name,
      length,
      seed,
      embeddings: "exact",
      settings: { ...settings, maximumSeconds: request.seconds },
      data: {
        name: "events",
        fingerprint: fingerprint(createDataset("events/train", { items: sequences })),
      },
      metrics: {
        "validation ndcg@10": estimate(validation.ndcg),
        "test hr@10": estimate(test.hitRate),
        "test ndcg@10": estimate(test.ndcg),
      },
    },
    graph: trainer.exportOnnx(),
    vocabularies: { item: request.vocabulary.slice(1) },
  });
  await trainer.release();
  send({ kind: "done" });
}

function send(message: TrainMessage): void {
  process.send?.(message);
}

process.once("message", (request: TrainRequest) => {
  train(request)
    .catch((error: Error) => send({ kind: "failed", message: error.message }))
    .finally(() => process.disconnect?.());
});
// Without a parent there is nobody to train for; on Ctrl-C, which reaches both, the parent decides.
process.once("disconnect", () => process.exit());
process.on("SIGINT", () => {});
