import { ctrModels } from "../../models/index.js";
import type { Tuned } from "./settings.js";

/** Sizes of small click models, by option; a model takes those it has. */
const sizes: Readonly<Record<string, unknown>> = {
  hidden: [64, 64],
  secondHidden: [64, 64],
  factorHidden: [64, 64],
  gateHidden: [64],
  neurons: 100,
  maps: [16, 16],
  layers: 2,
  width: 32,
  heads: 2,
  attentionLayers: 2,
  attentionDim: 32,
  attentionWidth: 32,
  crossLayers: 2,
  interactionLayers: 2,
  steps: 3,
  blockWidth: 32,
};

/** What else a model is given: convolutions of two layers, and the fields that mean the item or the user. */
const own: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ccpm: { channels: [4, 8], kernels: [5, 3] },
  dssm: { itemFields: ["movie", "genre", "year5", "n_genres"] },
  finalmlp: { context: ["user"], secondContext: ["movie"] },
};

/** Models whose single regularizer acts on all parameters. */
const single = ["lr", "fm", "ffm", "hofm", "fwfm", "fmfm", "lorentz-fm"];

const learningRate = 1e-2;

function penaltyOf(name: string): { embedding: number; network?: number } {
  if (name === "lr") return { embedding: 2e-6, network: 2e-6 };
  if (single.includes(name)) return { embedding: 6e-5, network: 6e-5 };
  return { embedding: name === "deepfm" ? 2e-4 : 2e-3 };
}

/**
 * Every click model with networks of 64-64 and few parts, for `mlsmall-implicit`. At a rate of 1e-3 validation AUC falls after
 * the first epoch and the plateau rule stops everything early. Penalties are those that an independent program found best for
 * LR, FM, DNN and DeepFM (of which half is its lambda); the others take those of FM or DNN.
 */
export const smallSettings: Readonly<Record<string, Tuned>> = Object.fromEntries(
  ctrModels.map(({ name, options }) => {
    const known = Object.keys(options);
    const sized = Object.entries(sizes).filter(([option]) => known.includes(option));
    const isDeep = known.includes("hidden");
    const chosen = { ...Object.fromEntries(sized), ...(isDeep && { dropout: 0.2 }), ...own[name] };
    return [name, { learningRate, options: chosen, penalty: penaltyOf(name) }];
  }),
);
