import type { Bundle, BundleDescription } from "../../../bundles/index.js";
import { HeedError, nearest } from "../../../core/errors.js";
import type { Dataset } from "../../../data/index.js";
import type { Interval } from "../../../evaluate/index.js";
import type { EmbeddingMode } from "../../../tensor/index.js";
import type { FitOptions, Trainable, Trainer } from "../../../train/index.js";
import type { Changes, Settings } from "../settings.js";

/**
 * What the commands need to know of a family of models: which there are, what they can learn, and how they are judged.
 * A new family is one object like this and its place in the list of families.
 */
export interface Family {
  kind: BundleDescription["kind"];
  models: readonly string[];
  dataSets: readonly string[];
  /** Where its embedding tables may live. */
  embeddings: readonly EmbeddingMode[];
  /** The validation metric that training watches. */
  watched: string;
  /** How a model is trained on a data set, as published or tuned. */
  settings(dataSet: string, model: string): Settings;
  /** `limit` keeps only so many training rows (of sequences: people) and test rows, for a run that only shows the way. */
  load(dataSet: string, limit?: number): Task;
}

/** A data set as one family learns it. */
export interface Task {
  /** The rows that train, of which the fingerprint is taken. */
  training: Dataset;
  /** Tokens in id order, by vocabulary. */
  vocabularies: Readonly<Record<string, readonly string[]>>;
  /** How one model is trained with one seed: as published or tuned, but for what is changed. */
  plan(model: string, seed: number, changes?: Changes): Plan;
  /** How a bundle is judged on this data; one that was made for other data is an error. */
  judge(bundle: Bundle): Measure;
  /** What any model has to beat; `costly` adds those that take minutes to fit. */
  baselines(costly?: boolean): { model: string; measure(part: Part): Promise<Measured> }[];
}

export interface Plan {
  settings: Settings;
  trainable: Trainable;
  batches: FitOptions["batches"];
  measure: Measure;
  /** The family's own part of a bundle's manifest. */
  shape: Shape<BundleDescription>;
}

type Common = "model" | "seed" | "embeddings" | "settings" | "data" | "metrics";
type Shape<D> = D extends unknown ? Omit<D, Common> : never;

export type Part = "validation" | "test";
export type Measure = (predict: Trainer["predict"], part: Part) => Promise<Measured>;

/** A model's result on one part of the data. */
export interface Measured {
  /** The figures that training watches. */
  metrics: Record<string, number>;
  /** All figures with 95 % intervals; `cutoffs` are the k of metrics at k. */
  intervals(cutoffs: readonly number[]): Record<string, Interval>;
}

/** The error for a name that is not on a list, with the nearest that is. */
export function unknown(kind: string, given: string, known: readonly string[]): HeedError {
  const near = nearest(given, known);
  const all = `${kind}s are ${known.join(", ")}`;
  return new HeedError(
    "unknown",
    `there is no ${kind} "${given}" here`,
    near ? `did you mean "${near}"? ${all}` : all,
  );
}

/** Refuses a bundle whose vocabulary is not the data's: its ids would mean other things. */
export function checkVocabulary(
  bundle: Bundle,
  dataSet: string,
  name: string,
  tokens: readonly string[],
): void {
  const found = bundle.vocabularies[name];
  const remedy = `evaluate on the data it was trained on (${bundle.manifest.data.name}), or train again on ${dataSet}`;
  const wrong = (what: string) =>
    new HeedError("bundle", `${bundle.folder} does not fit ${dataSet}: ${what}`, remedy);
  if (!found) throw wrong(`it has no "${name}"`);
  if (found.length !== tokens.length)
    throw wrong(`its vocabulary of "${name}" has ${found.length} tokens, the data's has ${tokens.length}`);
  const at = found.findIndex((token, i) => token !== tokens[i]);
  if (at >= 0)
    throw wrong(`id ${at + 1} of "${name}" is "${found[at]}" in the bundle and "${tokens[at]}" in the data`);
}
