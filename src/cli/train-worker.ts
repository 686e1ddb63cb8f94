import { saveBundle, sha256 } from "../bundles/index.js";
import { ragged } from "../data/index.js";
import { historyFeed, sasRec, sequenceBatches } from "../models/index.js";
import type { Target } from "../serve/index.js";
import { fit, type Trainer } from "../train/index.js";
import { type Figures, figures } from "./compare.js";

/** What the parent sends; typed arrays survive because the channel uses the structured clone algorithm. */
export interface TrainRequest {
  bundle: string;
  vocabulary: string[];
  train: Int32Array[];
  validation: Target[];
  test: Target[];
  seconds: number;
}

export type TrainMessage =
  | { kind: "progress"; epoch: number; loss: number; ndcg: number }
  | { kind: "done"; validation: number; test: Figures }
  | { kind: "failed"; message: string };

const length = 20;

/** Trains SASRec in a process of its own, so that serving stays responsive, and saves it as a bundle. */
async function train(request: TrainRequest): Promise<void> {
  const items = request.vocabulary.length - 1;
  const sequences = ragged(request.train, items + 1);
  const send = (message: TrainMessage) => process.send?.(message);
  const scorer = (predict: Trainer["predict"]) => ({
    score: async (history: Int32Array) =>
      (await predict(historyFeed([history], length))).scores!.data as Float32Array,
  });
  const run = fit(sasRec.trainable({ items, length }, { dim: 64, dropout: 0.3 }), {
    seed: 1,
    optimizer: { kind: "adam" },
    embeddings: "exact",
    epochs: 30,
    learningRate: 2e-3,
    maximumSeconds: request.seconds,
    monitor: { metric: "ndcg", mode: "max" },
    patience: 3,
    batches: (epoch) => sequenceBatches(sequences, { length, batchSize: 256, seed: 1, epoch }),
    metrics: async (predict) => ({ ndcg: (await figures(scorer(predict), request.validation)).ndcg.mean }),
  });
  for await (const progress of run) {
    if (progress.kind === "epoch") {
      send({ kind: "progress", epoch: progress.epoch, loss: progress.loss, ndcg: progress.metrics.ndcg! });
    }
  }
  const { trainer } = await run.finish();
  const best = scorer((feeds) => trainer.predict(feeds));
  const validation = (await figures(best, request.validation)).ndcg.mean;
  const test = await figures(best, request.test);
  await saveBundle(request.bundle, trainer.exportOnnx(), {
    model: "sasrec",
    length,
    vocabulary: request.vocabulary,
    metrics: { validationNdcg: validation, testNdcg: test.ndcg.mean, testHitRate: test.hitRate.mean },
    dataFingerprint: sha256(JSON.stringify(request.train.map((ids) => [...ids]))),
  });
  await trainer.release();
  send({ kind: "done", validation, test });
}

process.once("message", (request: TrainRequest) => {
  train(request)
    .catch((error: Error) =>
      process.send?.({ kind: "failed", message: error.message } satisfies TrainMessage),
    )
    .finally(() => process.disconnect?.());
});
// Without a parent there is nobody to train for.
process.once("disconnect", () => process.exit());
