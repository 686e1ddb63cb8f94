import type { Settings } from "./settings.js";

/** How a sequence model is trained: histories are cut to `length`. */
export interface SequenceSettings extends Settings {
  length: number;
}

/** SASRec with cross-entropy as published, which the other models share where nothing else was. */
const common: Omit<SequenceSettings, "length"> = {
  optimizer: { kind: "adam" },
  learningRate: 1e-3,
  batchSize: 128,
  epochs: 100,
  monitor: { metric: "ndcg@10", mode: "max" },
  patience: 10,
  options: {},
};

/** What a model's publication says otherwise, on every data set. */
const published: Readonly<Record<string, Partial<SequenceSettings>>> = {
  // Petrov & Macdonald 2022: trained far longer than its first settings.
  bert4rec: { epochs: 200, patience: 20 },
  "fmlp-rec": { batchSize: 256, options: { dropout: 0.5 } },
};

/** What was tuned for one data set and model. */
const tuned: Readonly<Record<string, Readonly<Record<string, Partial<SequenceSettings>>>>> = {
  // Sun et al. 2019 mask more where histories are short.
  "amazon-beauty-seq": { bert4rec: { options: { masked: 0.6 } } },
  // gSASRec's own for MovieLens 1M (Petrov & Macdonald 2023).
  "ml-1m-seq": { gsasrec: { options: { dim: 128, dropout: 0.5 } } },
};

/** A sequence model's settings on a data set whose histories are cut to `length` unless its own say otherwise. */
export function sequenceSettings(dataSet: string, model: string, length: number): SequenceSettings {
  return { ...common, length, ...published[model], ...tuned[dataSet]?.[model] };
}
