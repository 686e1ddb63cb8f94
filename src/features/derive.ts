import { HeedError, nearest } from "../core/errors.js";
import { listSeparator } from "./cell-text.js";
import { type Cell, type CodedCells, type CodedColumn, codeCells } from "./codes.js";

/** What a ranked feature is: a column, or what was made of some. */
export type FeatureKind = "column" | "transform" | "value" | "within" | "cross" | "control";

/** A feature of one batch. */
export interface Feature {
  name: string;
  kind: FeatureKind;
  /** The columns it is made of. */
  parts: readonly string[];
  column: CodedColumn;
}

const quantiles = 20;
/** Values kept as they are below it, in the transformations that compress only what is larger (as Fwumious Wabbit's). */
const threshold = 10;
const resolution = 10;

/** What numbers can be turned into, so that a few values stand for many. The name follows the column's: "age_tr_log". */
export const transforms = {
  /** Twenty parts of equally many rows; equal numbers share a part. */
  bins: (numbers, counts) => quantileBins(numbers, counts),
  log: (numbers) => numbers.map((x) => signed(x, Math.log1p)),
  sqrt: (numbers) => numbers.map((x) => signed(x, Math.sqrt)),
  "fw-log": (numbers) => numbers.map((x) => aboveThreshold(x, Math.log1p)),
  "fw-sqrt": (numbers) => numbers.map((x) => aboveThreshold(x, Math.sqrt)),
} as const satisfies Record<string, (numbers: number[], counts: Int32Array) => number[]>;

export type TransformName = keyof typeof transforms;
export const transformNames = Object.keys(transforms) as readonly TransformName[];

/** The transformation of a name. Errors: HeedError "unknown-transform", with the nearest name. */
export function transformOf(name: string): TransformName {
  const found = transformNames.find((known) => known === name);
  if (found) return found;
  const near = nearest(name, transformNames);
  const known = `the transformations are ${transformNames.join(", ")}`;
  throw new HeedError(
    "unknown-transform",
    `there is no transformation "${name}"`,
    near ? `did you mean "${near}"? ${known}` : known,
  );
}

/** A column of numbers under a transformation; what is no number stays a value of its own. */
export function transformed(name: string, column: CodedCells, transform: TransformName): Feature {
  const numbers = column.values.map((value) => (value === null || value.trim() === "" ? NaN : Number(value)));
  const results = transforms[transform](numbers, column.counts);
  const cells = results.map((result, code) => (Number.isNaN(result) ? column.values[code]! : String(result)));
  return {
    name: `${name}_tr_${transform}`,
    kind: "transform",
    parts: [name],
    column: recoded(column, cells),
  };
}

/** The column with the cells that its values stand for, which may be fewer. */
function recoded(column: CodedCells, cells: readonly Cell[]): CodedColumn {
  const { codes, size } = codeCells(cells);
  return { codes: column.codes.map((code) => codes[code]!), size };
}

function quantileBins(numbers: number[], counts: Int32Array): number[] {
  const order = [...numbers.keys()].filter((code) => !Number.isNaN(numbers[code]!));
  order.sort((a, b) => numbers[a]! - numbers[b]!);
  const rows = order.reduce((total, code) => total + counts[code]!, 0);
  const bins = numbers.map(() => Number.NaN);
  let below = 0;
  let bin = 0;
  order.forEach((code, i) => {
    // "1" and "1.0" are one number.
    if (i === 0 || numbers[code] !== numbers[order[i - 1]!]) bin = Math.floor((quantiles * below) / rows);
    bins[code] = bin;
    below += counts[code]!;
  });
  return bins;
}

function signed(x: number, grow: (size: number) => number): number {
  return Math.sign(x) * Math.round(resolution * grow(Math.abs(x)));
}

function aboveThreshold(x: number, grow: (size: number) => number): number {
  return x <= threshold ? x : threshold + Math.round(resolution * grow(x - threshold));
}

/** Values of one column that become features of their own, the most frequent first. */
const mostValues = 64;

/** One feature for each value that the lists of a column hold: whether it is there. */
export function exploded(name: string, column: CodedCells, separator = listSeparator): Feature[] {
  const lists = column.values.map(
    (value) => new Set((value ?? "").split(separator).map((each) => each.trim())),
  );
  const times = new Map<string, number>();
  lists.forEach((list, code) => {
    for (const value of list)
      if (value !== "") times.set(value, (times.get(value) ?? 0) + column.counts[code]!);
  });
  return mostFrequent(times).map((value) => ({
    name: `${name}=${value}`,
    kind: "value",
    parts: [name],
    column: recoded(
      column,
      lists.map((list) => (list.has(value) ? "1" : "0")),
    ),
  }));
}

/** One feature for each value of `outer`: the column `inner` in the rows that have it, and one value elsewhere. */
export function within(
  [innerName, inner]: readonly [string, CodedCells],
  [outerName, outer]: readonly [string, CodedCells],
): Feature[] {
  const times = new Map(outer.values.map((value, code) => [value, outer.counts[code]!]));
  return mostFrequent(times).map((value) => {
    const chosen = outer.values.indexOf(value);
    const codes = inner.codes.map((code, i) => (outer.codes[i] === chosen ? code + 1 : 0));
    return {
      name: `${innerName}|${outerName}=${value ?? ""}`,
      kind: "within",
      parts: [innerName, outerName],
      column: { codes, size: inner.size + 1 },
    };
  });
}

function mostFrequent<Value>(times: ReadonlyMap<Value, number>): Value[] {
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostValues)
    .map(([value]) => value);
}
