import { leaveOneOut, row, rowsOf, type SequenceColumn, type SequenceData } from "../data/index.js";
import { atRank, mean, rankOf } from "../evaluate/index.js";
import { historyFeed, sasRec, sequenceBatches } from "../models/index.js";
import { fit, type Progress, type Trainer } from "../train/index.js";

/** Options of a SASRec run; the defaults are the published cross-entropy settings. */
export interface SequenceSettings {
  length: number;
  batchSize: number;
  epochs: number;
  patience: number;
  dropout: number;
  dim: number;
}

export interface SequenceResult {
  model: string;
  seed: number;
  validation: { hitRate: number; ndcg: number };
  test: { hitRate: number; ndcg: number };
  epochs: number;
  secondsPerEpoch: number;
}

/** Trains SASRec on leave-one-out sequences and ranks the whole catalogue, seen items removed. */
export async function trainSequence(
  data: SequenceData,
  settings: SequenceSettings,
  seed: number,
  report: (progress: Progress) => void,
  checkpoint?: string,
): Promise<SequenceResult> {
  const { train, validation, test } = leaveOneOut(data.sequences);
  const { length, batchSize } = settings;
  const model = sasRec.trainable(
    { items: data.items, length },
    { dropout: settings.dropout, dim: settings.dim },
  );
  const histories = Array.from({ length: rowsOf(train) }, (_, i) => row(train, i));
  const run = fit(model, {
    seed,
    optimizer: { kind: "adam" },
    embeddings: "exact",
    epochs: settings.epochs,
    learningRate: 1e-3,
    monitor: { metric: "ndcg", mode: "max" },
    patience: settings.patience,
    ...(checkpoint && { checkpoint: { folder: checkpoint } }),
    batches: (epoch) => sequenceBatches(train, { length, batchSize, seed, epoch }),
    metrics: async (predict) => ({ ...(await rankingMetrics(predict, histories, validation, length)) }),
  });
  for await (const progress of run) report(progress);
  const { trainer, history, bestEpoch } = await run.finish();
  const predict = (feeds: Parameters<Trainer["predict"]>[0]) => trainer.predict(feeds);
  const result = {
    model: "sasrec",
    seed,
    validation: await rankingMetrics(predict, histories, validation, length),
    test: await rankingMetrics(predict, withValidation(data.sequences), test, length),
    epochs: bestEpoch,
    secondsPerEpoch: history.reduce((total, { seconds }) => total + seconds, 0) / history.length,
  };
  await trainer.release();
  return result;
}

function withValidation(sequences: SequenceColumn): Int32Array[] {
  return Array.from({ length: rowsOf(sequences) }, (_, i) => row(sequences, i).subarray(0, -1));
}

/** HR@10 and NDCG@10 of one target a user over the whole catalogue; users without a target are left out. */
async function rankingMetrics(
  predict: Trainer["predict"],
  histories: readonly Int32Array[],
  targets: Int32Array,
  length: number,
): Promise<{ hitRate: number; ndcg: number }> {
  const users = Array.from(targets.keys()).filter((user) => targets[user]! > 0);
  const ranks = new Float64Array(users.length);
  for (let start = 0; start < users.length; start += 256) {
    const part = users.slice(start, start + 256);
    const { scores } = await predict(
      historyFeed(
        part.map((user) => histories[user]!),
        length,
      ),
    );
    const width = scores!.shape[1]!;
    part.forEach((user, i) => {
      const line = (scores!.data as Float32Array).subarray(i * width, (i + 1) * width);
      ranks[start + i] = rankOf(line, targets[user]!, histories[user]!);
    });
  }
  const at10 = atRank(ranks, 10);
  return { hitRate: mean(at10.hitRate), ndcg: mean(at10.ndcg) };
}
