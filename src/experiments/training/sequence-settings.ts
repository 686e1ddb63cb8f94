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
  // The authors stop on NDCG at 20.
  icsrec: { batchSize: 256, length: 50, epochs: 300, patience: 40 },
  // No patience: 200 epochs, of which the best on validation is kept (theirs by NDCG at 20).
  "mqsa-ted": {
    batchSize: 256,
    length: 50,
    epochs: 200,
    patience: 200,
    penalty: { embedding: 1e-4, network: 1e-4 },
  },
};

/** What was tuned for one data set and model. */
const tuned: Readonly<Record<string, Readonly<Record<string, Partial<SequenceSettings>>>>> = {
  "amazon-beauty-seq": {
    icsrec: { options: { coarse: 0.3, fine: 0.1, clusters: 256, dropout: 0.5 } },
    // Sun et al. 2019 mask more where histories are short.
    bert4rec: { options: { masked: 0.6 } },
  },
  "amazon-sports-seq": { icsrec: { options: { coarse: 0.3, fine: 0.1, clusters: 256, dropout: 0.5 } } },
  "ml-1m-seq": {
    icsrec: { options: { coarse: 0.1, fine: 0.1, clusters: 512, dropout: 0.1 } },
    // gSASRec's own (Petrov & Macdonald 2023).
    gsasrec: { options: { dim: 128, dropout: 0.5 } },
  },
};

/** A sequence model's settings on a data set whose histories are cut to `length` unless its own say otherwise. */
export function sequenceSettings(dataSet: string, model: string, length: number): SequenceSettings {
  return { ...common, length, ...published[model], ...tuned[dataSet]?.[model] };
}
