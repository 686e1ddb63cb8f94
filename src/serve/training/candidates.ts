import { HeedError, nearest } from "../../core/errors.js";
import type { SequenceColumn } from "../../data/index.js";
import type { Config } from "../../decide/index.js";
import {
  type CountingModel,
  fitItemKnn,
  fitMarkov,
  fitPopular,
  sequentialModels,
} from "../../models/index.js";

/** The recipe that tries every candidate and serves what is best. */
export const best = "best";

/** Models fitted by counting, within seconds; they always take part, from cheap to dear. */
export const countedModels: readonly {
  name: string;
  fit(sequences: SequenceColumn): CountingModel;
  /** How its neighbours are read where it serves. */
  reads: "supporters" | "followers";
}[] = [
  { name: "popular", fit: fitPopular, reads: "supporters" },
  { name: "markov", fit: fitMarkov, reads: "followers" },
  { name: "item-knn", fit: fitItemKnn, reads: "supporters" },
];

/** A model to be trained, with the options that differ from its defaults. */
export interface Candidate {
  name: string;
  options: Readonly<Record<string, unknown>>;
}

/** What a recipe of the configuration tries beside the counted models, from cheap to dear. Unknown names are an error. */
export function candidatesOf({
  model,
  candidates,
  options,
}: Pick<Config["models"][string], "model" | "candidates" | "options">): Candidate[] {
  if (model !== best) {
    checkName(model);
    return isCounted(model) ? [] : [{ name: model, options }];
  }
  for (const name of [...candidates, ...Object.keys(options)]) checkName(name);
  return candidates
    .filter((name) => !isCounted(name))
    .map((name) => ({ name, options: (options[name] ?? {}) as Candidate["options"] }));
}

const isCounted = (name: string) => countedModels.some((each) => each.name === name);

function checkName(name: string): void {
  const names = [...countedModels, ...sequentialModels].map((each) => each.name);
  if (names.includes(name)) return;
  const near = nearest(name, [best, ...names]);
  throw new HeedError(
    "unknown-model",
    `heed.config.ts asks for a model "${name}"`,
    near
      ? `did you mean "${near}"?`
      : `the models that can be trained on events are ${names.join(", ")}, and "${best}" tries several`,
  );
}
