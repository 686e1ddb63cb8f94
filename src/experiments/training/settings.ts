import type { FitOptions } from "../../train/index.js";

/** How a model is trained, as plain data: the options of `fit`, the model's own, and the batch size. */
export interface Settings
  extends Pick<
    FitOptions,
    "optimizer" | "learningRate" | "epochs" | "monitor" | "patience" | "plateau" | "penalty" | "clipNorm"
  > {
  batchSize: number;
  options: Readonly<Record<string, unknown>>;
}

/** The protocol of the BARS benchmark for click models (Zhu et al. 2021). */
const bars: Omit<Settings, "options" | "penalty"> = {
  optimizer: { kind: "adam" },
  learningRate: 1e-3,
  batchSize: 4096,
  clipNorm: 10,
  epochs: 100,
  monitor: { metric: "auc", mode: "max", minimumDelta: 1e-6 },
  plateau: { factor: 0.1, minimum: 1e-6 },
  patience: 2,
};

/** What was tuned for one model on one data set: all that differs from the protocol. */
export type Tuned = Pick<Settings, "options" | "penalty"> & Partial<Settings>;

const deep = { hidden: [400, 400, 400], batchNorm: true };
const small = { hidden: [64, 64], dropout: 0.2 };
/** LR and the factorization machines penalise all parameters alike. */
const all = (strength: number) => ({ embedding: strength, network: strength });

/** What was tuned, by data set and model. */
const tuned: Readonly<Record<string, Readonly<Record<string, Tuned>>>> = {
  // The settings that BARS publishes for Frappe_x1.
  frappe: {
    lr: { options: {}, penalty: all(1e-5) },
    fm: { options: {}, penalty: all(5e-6) },
    dnn: { options: { ...deep, dropout: 0.2 }, penalty: { embedding: 0.05 } },
    deepfm: { options: { ...deep, dropout: 0.2 }, penalty: { embedding: 0.05 } },
    "dcn-v2": { options: { ...deep, dropout: 0.4, crossLayers: 4 }, penalty: { embedding: 0.05 } },
  },
  // At 1e-3 validation AUC falls after the first epoch and the plateau rule stops everything early.
  "mlsmall-implicit": {
    lr: { learningRate: 1e-2, options: {}, penalty: all(2e-6) },
    fm: { learningRate: 1e-2, options: {}, penalty: all(6e-5) },
    dnn: { learningRate: 1e-2, options: small, penalty: { embedding: 2e-3 } },
    deepfm: { learningRate: 1e-2, options: small, penalty: { embedding: 2e-4 } },
    "dcn-v2": { learningRate: 1e-2, options: { ...small, crossLayers: 2 }, penalty: { embedding: 2e-3 } },
  },
};

/** A click model's settings on a data set: those tuned for it, else the protocol with the model's defaults. */
export function ctrSettings(dataSet: string, model: string): Settings {
  return { ...bars, ...(tuned[dataSet]?.[model] ?? { options: {}, penalty: { embedding: 1e-5 } }) };
}

/** The click models that were tuned for a data set. */
export function tunedFor(dataSet: string): string[] {
  return Object.keys(tuned[dataSet] ?? {});
}

/** The published settings of SASRec with cross-entropy; histories are cut to `length`. */
export function sequenceSettings(length: number): Settings & { length: number } {
  return {
    optimizer: { kind: "adam" },
    learningRate: 1e-3,
    batchSize: 128,
    epochs: 100,
    monitor: { metric: "ndcg@10", mode: "max" },
    patience: 10,
    options: {},
    length,
  };
}
