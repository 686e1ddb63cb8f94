import type { Interval } from "../evaluate/index.js";

/** A model's line in the comparison that chose what serves. */
export interface ComparedModel {
  model: string;
  /** NDCG@10 on the validation period; it alone chooses. */
  validation: Interval;
  test: Interval;
  testHitRate: Interval;
  /** What trying it took; absent of versions that older programs made. */
  seconds?: number | undefined;
  /** Whether its share of the time budget ended its training. */
  outOfTime?: boolean | undefined;
  serving: boolean;
}

/** A candidate that did not get its turn, and why. */
export interface UntriedModel {
  model: string;
  reason: "budget";
}

/** How a model's best items are found. */
export interface RetrievalState {
  /** "exact" scores every item for a request; "approximate" asks an index. */
  search: "exact" | "approximate";
  items: number;
  /** Whether the index is built; until then every item is scored. */
  ready: boolean;
  /** Searches that were compared with exact search on the same request, since this process opened the model. */
  compared: number;
  /** Of the best by exact search in those, the share that the index found; null before the first. */
  recall: number | null;
}

/** One of the models that a configuration names. */
export interface ModelState {
  name: string;
  /** The recipe that is trained under this name: a model, or "best" of several. */
  recipe: string;
  /** What answers requests now; null until something was trained. */
  serving: { model: string; version: number; created: string } | null;
  /** "idle", how far the training is, or why the last one failed. */
  training: string;
  /** The last comparison, from cheap to dear, and why its winner serves. */
  compared: ComparedModel[];
  untried: UntriedModel[];
  why: string;
  /** Whether the candidates took part in it, or only what needs no training. */
  complete: boolean;
  /** How the model in charge finds its best items; null when it has no vectors, or nothing serves. */
  retrieval: RetrievalState | null;
  /** What is kept, the newest last. */
  versions: { version: number; model: string; created: string; serving: boolean }[];
}

export interface TrainingOptions {
  /** Compare what needs no training: done within seconds. */
  simpleOnly?: boolean;
  /** Time budget of the training; the default is `models.NAME.seconds`. */
  seconds?: number;
}

export interface TrainingReport {
  compared: ComparedModel[];
  untried: UntriedModel[];
  /** What serves from now on, and why, in one sentence. */
  serving: string;
  why: string;
}
