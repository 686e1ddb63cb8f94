import { frappeSettings } from "../../models/index.js";
import type { FitOptions } from "../../train/index.js";
import { smallSettings } from "./small-settings.js";

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

/** Two interacting layers of two heads of 16. */
const attentive = { layers: 2, width: 32, heads: 2 };
/** LR and factorization machines penalise all parameters alike. */
const all = (strength: number) => ({ embedding: strength, network: strength });

/** What was tuned, by data set and model. */
const tuned: Readonly<Record<string, Readonly<Record<string, Tuned>>>> = {
  frappe: frappeSettings,
  // Small networks, as AutoInt's acceptance asks; the rate falls by 10 when validation stops rising.
  "frappe-recreated": {
    lr: { learningRate: 3e-3, options: {}, penalty: all(5e-6) },
    fm: { learningRate: 3e-3, options: {}, penalty: all(5e-6) },
    dnn: { learningRate: 3e-3, options: { hidden: [200, 200] }, penalty: { embedding: 5e-3 } },
    autoint: { learningRate: 3e-3, options: attentive, penalty: { embedding: 1e-3 } },
    "autoint-plus": {
      learningRate: 3e-3,
      options: { ...attentive, hidden: [200, 200] },
      penalty: { embedding: 5e-3 },
    },
  },
  "mlsmall-implicit": smallSettings,
};

/** A click model's settings on a data set: those tuned for it, else the protocol with the model's defaults. */
export function ctrSettings(dataSet: string, model: string): Settings {
  return { ...bars, ...(tuned[dataSet]?.[model] ?? { options: {}, penalty: { embedding: 1e-5 } }) };
}

/** The click models that were tuned for a data set. */
export function tunedFor(dataSet: string): string[] {
  return Object.keys(tuned[dataSet] ?? {});
}
