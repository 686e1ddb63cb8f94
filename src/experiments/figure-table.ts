import { overSeeds } from "../evaluate/index.js";
import type { Cell, Outcome } from "./experiment.js";

/** A figure with its 95 % interval; `low`, `high` and `method` are null where it has none. */
export interface Summary {
  value: number;
  low: number | null;
  high: number | null;
  /** How the interval was found. */
  method: string | null;
  /** The seeds behind it and the figure of each, in the same order. */
  seeds: readonly number[];
  values: readonly number[];
}

/** A cell that was run, now or earlier. */
export interface FinishedCell {
  cell: Cell;
  outcome: Outcome;
}

/** The figures of all finished cells. */
export interface FigureTable {
  /** A model's figure: with several seeds their mean. Null where no cell has it. */
  of(dataset: string, model: string, metric: string): Summary | null;
  /** The models that have the figure, in the order in which they were run. */
  models(dataset: string, metric: string): string[];
  /** Wall seconds of a model's cells. */
  seconds(dataset: string, model: string): number;
}

export function figureTable(finished: readonly FinishedCell[]): FigureTable {
  const on = (dataset: string) => finished.filter(({ cell }) => cell.dataset === dataset);
  return {
    of(dataset, model, metric) {
      const found = on(dataset).filter(
        ({ cell, outcome }) => cell.model === model && metric in outcome.figures,
      );
      const estimates = found.map(({ outcome }) => outcome.figures[metric]!);
      const seeds = found.flatMap(({ cell }) => cell.seed ?? []);
      const values = estimates.map(({ value }) => value);
      if (estimates.length > 1) return meanOverSeeds(values, seeds);
      return estimates[0] ? { ...whole(estimates[0]), seeds, values } : null;
    },
    models(dataset, metric) {
      const named = on(dataset).filter(({ outcome }) => metric in outcome.figures);
      return [...new Set(named.map(({ cell }) => cell.model))];
    },
    seconds: (dataset, model) =>
      on(dataset).reduce(
        (total, { cell, outcome }) => total + (cell.model === model ? outcome.seconds : 0),
        0,
      ),
  };
}

/** The mean of one figure a seed, with its t interval: what another draw of the seeds would move. */
export function meanOverSeeds(values: readonly number[], seeds: readonly number[]): Summary {
  const { mean: value, low, high, method } = overSeeds(values);
  return { value, low, high, method, seeds, values };
}

/** A figure that is counted, not estimated. */
export function exactly(value: number): Summary {
  return { value, low: null, high: null, method: null, seeds: [], values: [value] };
}

/** By how much one figure lies above another, seed by seed; null where one is missing or their seeds differ. */
export function gain(better: Summary | null, worse: Summary | null): Summary | null {
  if (!better || !worse || better.seeds.join() !== worse.seeds.join()) return null;
  const values = better.values.map((value, i) => value - worse.values[i]!);
  if (values.length === 1) return { ...exactly(values[0]!), seeds: better.seeds };
  return meanOverSeeds(values, better.seeds);
}

function whole({ value, low, high, method }: Outcome["figures"][string]) {
  return { value, low: low ?? null, high: high ?? null, method: method ?? null };
}
