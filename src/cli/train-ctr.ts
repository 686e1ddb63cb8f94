import { batches, type CtrSplit, type FieldMatrix, fieldBatch, fieldMatrix } from "../data/index.js";
import { auc, logLoss } from "../evaluate/index.js";
import { ctrModels } from "../models/index.js";
import {
  type EpochProgress,
  type FitOptions,
  fit,
  type Progress,
  type Trainable,
  type Trainer,
} from "../train/index.js";

/** Options of a click model's run beside the BARS protocol, which is fixed below. */
export interface CtrSettings {
  options: Readonly<Record<string, unknown>>;
  penalty: { embedding: number; network?: number };
}

const deep = { hidden: [400, 400, 400], batchNorm: true };

/** The settings tuned for Frappe_x1 by the BARS benchmark (Zhu et al. 2021). LR and FM penalise all parameters. */
export const frappeSettings: Readonly<Record<string, CtrSettings>> = {
  lr: { options: {}, penalty: { embedding: 1e-5, network: 1e-5 } },
  fm: { options: {}, penalty: { embedding: 5e-6, network: 5e-6 } },
  dnn: { options: { ...deep, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  deepfm: { options: { ...deep, dropout: 0.2 }, penalty: { embedding: 0.05 } },
  "dcn-v2": { options: { ...deep, dropout: 0.4, crossLayers: 4 }, penalty: { embedding: 0.05 } },
};

export interface CtrResult {
  model: string;
  seed: number;
  validation: { auc: number; logLoss: number };
  test: { auc: number; logLoss: number };
  epochs: number;
  secondsPerEpoch: number;
}

/** The BARS protocol: Adam at 1e-3, batches of 4096, clipping at 10, plateau cuts on validation AUC. */
export function ctrProtocol(
  name: string,
  split: CtrSplit,
  settings: CtrSettings,
  seed: number,
): { model: Trainable; options: FitOptions } {
  const model = ctrModels.find((candidate) => candidate.name === name)!;
  const names = split.fields.map((field) => field.name);
  const train = fieldMatrix(split.train, names);
  const validation = fieldMatrix(split.validation, names);
  const options: FitOptions = {
    seed,
    optimizer: { kind: "adam" },
    embeddings: "exact",
    penalty: settings.penalty,
    clipNorm: 10,
    epochs: 100,
    learningRate: 1e-3,
    monitor: { metric: "auc", mode: "max", minimumDelta: 1e-6 },
    plateau: { factor: 0.1, minimum: 1e-6 },
    patience: 2,
    metrics: async (predict) => ({ ...(await ctrMetrics(predict, validation)) }),
    *batches(epoch) {
      for (const rows of batches(train.length, { batchSize: 4096, seed, epoch }))
        yield fieldBatch(train, rows);
    },
  };
  return { model: model.trainable({ fields: split.fields }, settings.options), options };
}

/** Trains and tests one click model under the BARS protocol. */
export async function trainCtr(
  name: string,
  split: CtrSplit,
  settings: CtrSettings,
  seed: number,
  report: (progress: Progress) => void,
): Promise<CtrResult> {
  const { model, options } = ctrProtocol(name, split, settings, seed);
  const run = fit(model, options);
  for await (const progress of run) report(progress);
  const { trainer, history, bestEpoch } = await run.finish();
  const predict = (feeds: Parameters<Trainer["predict"]>[0]) => trainer.predict(feeds);
  const names = split.fields.map((field) => field.name);
  const result = {
    model: name,
    seed,
    validation: await ctrMetrics(predict, fieldMatrix(split.validation, names)),
    test: await ctrMetrics(predict, fieldMatrix(split.test, names)),
    epochs: bestEpoch,
    secondsPerEpoch: mean(history),
  };
  await trainer.release();
  return result;
}

function mean(history: readonly EpochProgress[]): number {
  return history.reduce((total, { seconds }) => total + seconds, 0) / history.length;
}

async function ctrMetrics(
  predict: Trainer["predict"],
  data: FieldMatrix,
): Promise<{ auc: number; logLoss: number }> {
  const probabilities = new Float64Array(data.length);
  const options = { batchSize: 8192, seed: 0, epoch: 0, shuffle: false };
  for (const rows of batches(data.length, options)) {
    const { probability } = await predict(fieldBatch(data, rows));
    probabilities.set(probability!.data as Float32Array, rows[0]!);
  }
  return { auc: auc(data.label, probabilities), logLoss: logLoss(data.label, probabilities) };
}
