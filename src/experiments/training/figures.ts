import type { BundleDescription, Estimate } from "../../bundles/index.js";
import type { Measured, Part } from "./families/index.js";

/** Measured figures by name. */
export type Estimates = Record<string, Estimate>;

/** The figures of one model on both parts that it was not trained on. */
export type Figures = Record<Part, Estimates>;

/** The k of metrics at k, unless told otherwise. */
export const defaultCutoffs: readonly number[] = [10];

export function withIntervals(measured: Measured, cutoffs = defaultCutoffs): Estimates {
  return Object.fromEntries(
    Object.entries(measured.intervals(cutoffs)).map(([name, { mean: value, ...interval }]) => [
      name,
      { value, ...interval },
    ]),
  );
}

/** Figures as a bundle keeps them: "test auc". */
export function metricsOf(figures: Figures): BundleDescription["metrics"] {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([part, estimates]) =>
      Object.entries(estimates).map(([name, estimate]) => [`${part} ${name}`, estimate]),
    ),
  );
}

/** A mean over seeds, with the sample standard deviation. */
export interface Spread {
  value: number;
  deviation: number;
}

export function spreadOf(runs: readonly Estimates[]): Record<string, Spread> {
  return Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((name) => {
      const values = runs.map((run) => run[name]!.value);
      const value = values.reduce((a, b) => a + b) / values.length;
      const squares = values.reduce((total, v) => total + (v - value) ** 2, 0);
      return [name, { value, deviation: Math.sqrt(squares / (values.length - 1)) }];
    }),
  );
}
