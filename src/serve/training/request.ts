import type { Candidate } from "./candidates.js";

/** Outcomes in any order: who (numbered from 0) had which item (0: none), and when. */
export interface TrainingColumns {
  user: Int32Array;
  item: Int32Array;
  at: Float64Array;
}

/** What a training process is asked. */
export interface TrainingRequest extends TrainingColumns {
  /** Bundles are written below it, one folder a model. */
  folder: string;
  /** Item names by id; place 0 is nobody's. */
  items: string[];
  /** What is to be trained beside the counted models, from cheap to dear; none to try the counted ones only. */
  candidates: Candidate[];
  /** Time budget of the training. The counted models are always finished. */
  seconds: number;
  seed: number;
  /** The bundle in charge, to be judged on the same people. */
  champion?: string;
}

/** One model's figures over the same people: NDCG@10 of the whole catalogue, seen items removed. */
export interface Judged {
  model: string;
  bundle: string;
  /** Whether it was trained step by step; else it was fitted by counting. */
  trained: boolean;
  /** Whether its share of the budget ended its training. */
  outOfTime: boolean;
  /** What all of it took, and the judging alone. */
  seconds: number;
  judging: number;
  validation: Float64Array;
  test: Float64Array;
  testHits: Float64Array;
}

/** A candidate that did not get its turn. */
export interface Untried {
  model: string;
  reason: "budget";
}

export interface TrainingResult {
  /** Every model that was tried, from cheap to dear. */
  judged: Judged[];
  untried: Untried[];
  /** The bundle that answers which items go together, whoever wins. */
  neighbours: string;
  /** Who the validation figures are of, in their order: numbers of `TrainingRequest.user`. */
  validationUsers: Int32Array;
  /** The one in charge, on the same validation people; absent when there was none or it could not be opened. */
  champion?: Float64Array;
}

/** What goes to the training process as a message; its columns lie in `folder`. Typed arrays survive the structured clone. */
export type TrainingOrder = Omit<TrainingRequest, keyof TrainingColumns>;

export type TrainingMessage =
  | { kind: "judged"; model: string; validation: number }
  | { kind: "progress"; model: string; epoch: number; validation: number }
  | { kind: "done"; result: TrainingResult }
  | { kind: "failed"; code: string; message: string; remedy: string };
