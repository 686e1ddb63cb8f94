import { HeedError, nearest } from "../core/errors.js";
import type { TransformName } from "./derive.js";
import { type HeuristicName, heuristicOf } from "./heuristics.js";
import type { Background } from "./information.js";
import type { MaxRelevanceOptions } from "./max-relevance.js";

export interface RankOptions {
  /** The column to rank the others against. */
  label: string;
  /** Columns to rank; default all but the label. */
  columns?: readonly string[];
  /** Columns to leave out. */
  ignore?: readonly string[];
  /** How a feature is scored; default "corrected". */
  heuristic?: HeuristicName;
  /** What the corrected score is corrected by; default "shift", as published. */
  background?: Background;
  /** Rows scored together; default 16,384, at most 131,072. */
  batchRows?: number;
  /** Every so many rows one is kept; default 1, all (10 in the publication, for logs without end). */
  every?: number;
  /** Part of a batch that is scored, the same number of rows of every value; default 1, all. */
  share?: number;
  /** Most columns in a cross; default 1, no crosses. */
  order?: number;
  /** Columns that crosses are made of; default all. */
  focus?: readonly string[];
  /** Score every two columns against each other too, for redundancy and the 3MR order. */
  redundancy?: boolean;
  /** Columns a model has already: features are scored jointly with them, so that only what is new counts. */
  reference?: readonly string[];
  /** Most crosses, and most pairs, scored in one batch; default 32,768. */
  combinations?: number;
  /** Rank five columns of noise too; default yes. */
  controls?: boolean;
  /** Columns of numbers, which get transformed copies. */
  numeric?: readonly string[];
  /** Those copies; default bins alone. */
  transforms?: readonly TransformName[];
  /** Columns of lists, which get a feature for each value. */
  multivalue?: readonly string[];
  /** Between the values of a list; default ";". */
  separator?: string;
  /** Pairs [inner, outer]: inner as a feature of its own in the rows of each value of outer. */
  within?: readonly (readonly [string, string])[];
  /** Values that occur at most so often are rare; default 1. */
  rareBound?: number;
  /** How the 3MR order weighs its parts. */
  maxRelevance?: MaxRelevanceOptions;
  /** Default 0. */
  seed?: number;
  /** Called after every batch with the rows so far and the part of the table, from 0 to 1. */
  progress?: (rows: number, part: number) => void;
  signal?: AbortSignal;
}

type Optional = "columns" | "progress" | "signal";
export type Settings = Required<Omit<RankOptions, Optional>> & Pick<RankOptions, Optional>;

/** Options with their defaults. Errors: HeedError "option", naming the option and what it may be. */
export function settingsOf(options: RankOptions): Settings {
  const settings: Settings = {
    ignore: [],
    heuristic: "corrected",
    background: "shift",
    batchRows: 2 ** 14,
    every: 1,
    share: 1,
    order: 1,
    focus: [],
    redundancy: false,
    reference: [],
    combinations: 2 ** 15,
    controls: true,
    numeric: [],
    transforms: ["bins"],
    multivalue: [],
    separator: ";",
    within: [],
    rareBound: 1,
    maxRelevance: {},
    seed: 0,
    ...options,
  };
  heuristicOf(settings.heuristic);
  whole("batchRows", settings.batchRows, 2, 2 ** 17);
  whole("every", settings.every, 1, 2 ** 31);
  whole("order", settings.order, 1, 4);
  whole("combinations", settings.combinations, 1, 2 ** 20);
  whole("rareBound", settings.rareBound, 0, 2 ** 31);
  if (!(settings.share > 0 && settings.share <= 1))
    throw new HeedError("option", `share is ${settings.share}`, "give a number above 0 and at most 1");
  if (settings.separator === "")
    throw new HeedError("option", "separator is empty", 'give the text between values, for example ";"');
  return settings;
}

function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new HeedError("option", `${name} is ${value}`, `give a whole number from ${least} to ${most}`);
}

/** Throws when an option names a column that the table does not have. */
export function checkColumns(settings: Settings, table: string, columns: readonly string[]): void {
  const named: Readonly<Record<string, readonly string[]>> = {
    label: [settings.label],
    columns: settings.columns ?? [],
    ignore: settings.ignore,
    focus: settings.focus,
    reference: settings.reference,
    numeric: settings.numeric,
    multivalue: settings.multivalue,
    within: settings.within.flat(),
  };
  for (const [option, names] of Object.entries(named)) {
    const unknown = names.find((name) => !columns.includes(name));
    if (unknown !== undefined) throw unknownColumn(option, unknown, table, columns);
  }
  const ranked = rankedColumns(settings, columns);
  if (ranked.length > 0) return;
  throw new HeedError(
    "no-features",
    `${table} has no column to rank beside the label "${settings.label}"`,
    `its columns are ${listed(columns)}; name some to rank, or ignore fewer`,
  );
}

function unknownColumn(option: string, name: string, table: string, columns: readonly string[]): HeedError {
  const near = nearest(name, columns);
  const known = `its columns are ${listed(columns)}`;
  return new HeedError(
    "unknown-column",
    `${option}: ${table} has no column "${name}"`,
    near ? `did you mean "${near}"? ${known}` : known,
  );
}

function listed(columns: readonly string[]): string {
  const most = 30;
  const rest = columns.length - most;
  return columns.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** The columns to rank, of those there are. */
export function rankedColumns(settings: Settings, columns: readonly string[]): string[] {
  return (settings.columns ?? columns).filter(
    (name) => name !== settings.label && !settings.ignore.includes(name),
  );
}
