import type { Cell, Expectation, Experiment } from "./experiment.js";
import { type FigureTable, type FinishedCell, figureTable, type Summary } from "./figure-table.js";

/**
 * pass, fail: against the bounds. reported: there are none. quick: measured by a reduced run, which judges nothing.
 * needs-data: its data set is not here. not-run: its cells were left out.
 */
export const verdicts = ["pass", "fail", "reported", "quick", "needs-data", "not-run"] as const;
export type Verdict = (typeof verdicts)[number];

/** One line of a reproduction. Figures are null where they were not measured or not published. */
export interface Row {
  dataset: string;
  model: string;
  metric: string;
  published: number | null;
  measured: number | null;
  /** The 95 % interval of `measured`, and how it was found. */
  low: number | null;
  high: number | null;
  method: string | null;
  /** The same figure of the trivial baseline. */
  baseline: number | null;
  /** The bounds that were committed before. */
  least: number | null;
  most: number | null;
  verdict: Verdict;
  reason: string;
  source: string;
  seeds: readonly number[];
  /** Wall seconds of the model on this data set, all seeds together. */
  seconds: number;
}

/** What judging needs to know of a run. */
export interface Ran {
  cells: readonly Cell[];
  finished: readonly FinishedCell[];
  /** Why data sets are not here, by name. */
  missing: ReadonlyMap<string, string>;
  quick: boolean;
}

/** One row an expectation, in their order. */
export function judge({ expectations, reduced }: Experiment, ran: Ran): Row[] {
  const table = figureTable(ran.finished);
  return expectations.map((expectation) => {
    const { dataset, model, metric, published, source } = expectation;
    const summary = measure(expectation, ran, table);
    const least = expectation.least ?? null;
    const most = expectation.most ?? null;
    const beside = expectation.baseline && table.of(dataset, expectation.baseline, metric);
    return {
      dataset,
      model,
      metric,
      published,
      measured: summary?.value ?? null,
      low: summary?.low ?? null,
      high: summary?.high ?? null,
      method: summary?.method ?? null,
      baseline: beside ? beside.value : null,
      least,
      most,
      ...ruling(expectation, ran, summary, reduced),
      source,
      seeds: summary?.seeds ?? [],
      seconds: table.seconds(dataset, model),
    };
  });
}

/** Whether a figure lies within its bounds; null where there are none. */
export function within(measured: number, least: number | null, most: number | null): boolean | null {
  if (least === null && most === null) return null;
  // Not a number lies within nothing.
  return measured >= (least ?? Number.NEGATIVE_INFINITY) && measured <= (most ?? Number.POSITIVE_INFINITY);
}

function measure(expectation: Expectation, { cells, finished }: Ran, table: FigureTable): Summary | null {
  const { dataset, model, metric } = expectation;
  if (!expectation.measure) {
    const seeds = ({ cell }: { cell: Cell }) => cell.dataset === dataset && cell.model === model;
    const planned = cells.filter((cell) => seeds({ cell })).length;
    return finished.filter(seeds).length === planned ? table.of(dataset, model, metric) : null;
  }
  const planned = cells.filter((cell) => cell.dataset === dataset).length;
  const done = finished.filter(({ cell }) => cell.dataset === dataset).length;
  return done === planned ? expectation.measure(table) : null;
}

function ruling(
  expectation: Expectation,
  { cells, missing, quick }: Ran,
  summary: Summary | null,
  reduced: string,
): { verdict: Verdict; reason: string } {
  const { dataset, published } = expectation;
  const least = expectation.least ?? null;
  const most = expectation.most ?? null;
  if (!summary) {
    const needs = new Set(cells.filter((cell) => cell.dataset === dataset).flatMap((cell) => cell.needs));
    const remedy = [...needs].map((name) => missing.get(name)).find((reason) => reason !== undefined);
    if (remedy !== undefined) return { verdict: "needs-data", reason: remedy };
    return {
      verdict: "not-run",
      reason: "no run of this experiment measures it yet, or its cells were left out",
    };
  }
  if (quick) return { verdict: "quick", reason: `reduced run, not judged: ${reduced}` };
  const passes = within(summary.value, least, most);
  if (passes === null) return { verdict: "reported", reason: beside(summary.value, published) };
  return {
    verdict: passes ? "pass" : "fail",
    reason: [bounds(summary.value, least, most), beside(summary.value, published)].filter(Boolean).join("; "),
  };
}

function bounds(measured: number, least: number | null, most: number | null): string {
  if (Number.isNaN(measured)) return "it is not a number";
  if (least !== null && measured < least) return `${apart(measured, least)} below the least of ${least}`;
  if (most !== null && measured > most) return `${apart(measured, most)} above the most of ${most}`;
  if (least !== null && least === most) return `exactly ${least}`;
  return least === null
    ? `at most ${most}`
    : most === null
      ? `at least ${least}`
      : `within ${least} to ${most}`;
}

function beside(measured: number, published: number | null): string {
  if (published === null) return "nothing published";
  const difference = measured - published;
  if (difference === 0) return "as published";
  return `${apart(measured, published)} ${difference < 0 ? "below" : "above"} the published figure`;
}

function apart(a: number, b: number): string {
  const difference = Math.abs(a - b);
  return Number.isInteger(difference) ? `${difference}` : difference.toFixed(5);
}
