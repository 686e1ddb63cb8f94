import type { Estimate } from "../bundles/index.js";
import type { Progress } from "../train/index.js";
import type { FigureTable, Summary } from "./figure-table.js";

/**
 * A published system, or a set of baselines, put to the test: what is run, and what the publication and the dossier say must
 * come out. Expectations are committed before the first recorded run; a change of one needs its reason in the file.
 */
export interface Experiment {
  slug: string;
  title: string;
  /** The protocol in words: data, split, training rules, metrics, and what is not covered. */
  protocol: string;
  /** What the reduced run leaves out. */
  reduced: string;
  /** What is run; asked for anew by every run, so that cells of one run may share what they loaded. */
  cells(quick: boolean): readonly Cell[];
  expectations: readonly Expectation[];
  /** The figure by which models are ranked beside the published ranking; rows worked out from others are not ranked. */
  leaderboard?: { dataset: string; metric: string };
}

/** One piece of an experiment that is run and kept by itself: a model on a data set with a seed. */
export interface Cell {
  dataset: string;
  model: string;
  /** Null where nothing is drawn. */
  seed: number | null;
  /** The data sets whose files it reads. */
  needs: readonly string[];
  /** All else that the figures depend on, as plain data. */
  settings: unknown;
  run(context: CellContext): Promise<Outcome>;
}

export interface CellContext {
  /** A folder of the cell's own, kept until it is finished. */
  checkpoint: string;
  signal: AbortSignal | undefined;
  report(progress: Progress): void;
}

/** What a finished cell leaves. */
export interface Outcome {
  figures: Readonly<Record<string, Estimate>>;
  /** Wall seconds of all its parts, those before an interruption included. */
  seconds: number;
  /** What is worth knowing beside the figures, such as epochs. */
  facts?: Readonly<Record<string, number>>;
}

/** One line of the table: a figure, what was published, and the bounds within which it passes. */
export interface Expectation {
  dataset: string;
  model: string;
  metric: string;
  published: number | null;
  /** Bounds of the measured figure, both included; without either it is reported and not judged. */
  least?: number;
  most?: number;
  /** Where the published figure and the bounds come from, and what explains a known difference. */
  source: string;
  /** The model whose same figure stands beside. */
  baseline?: string;
  /**
   * Works the figure out from all cells of the data set, once they are finished; without it, it is the mean over the
   * seeds of the model's own.
   */
  measure?(figures: FigureTable): Summary | null;
}
