import { HeedError, nearest } from "../core/errors.js";

/** Ids of one categorical field. Row ids run from 0 to `size - 1`; which ids are reserved is the vocabulary's affair. */
export interface CategoricalColumn {
  kind: "categorical";
  values: Int32Array;
  /** Number of ids, reserved ones included: the rows an embedding table needs. */
  size: number;
}

export interface NumericColumn {
  kind: "numeric";
  values: Float32Array;
}

/** Ragged lists of ids: row `i` is `values[offsets[i] .. offsets[i + 1]]`. Id 0 is padding and never occurs in `values`. */
export interface SequenceColumn {
  kind: "sequence";
  values: Int32Array;
  offsets: Int32Array;
  size: number;
}

export type Column = CategoricalColumn | NumericColumn | SequenceColumn;

/** An immutable columnar snapshot of examples. */
export interface Dataset {
  name: string;
  length: number;
  columns: Readonly<Record<string, Column>>;
}

/** The named column, or an error that lists the columns there are. */
export function column(dataset: Dataset, name: string): Column {
  const found = dataset.columns[name];
  if (found) return found;
  const names = Object.keys(dataset.columns);
  const near = nearest(name, names);
  throw new HeedError(
    "unknown-column",
    `dataset ${dataset.name} has no column "${name}"`,
    near ? `did you mean "${near}"? Columns: ${names.join(", ")}` : `its columns are ${names.join(", ")}`,
  );
}

/**
 * A data set from its columns, checked: at least one row, equal lengths, ids in 0..size-1 (1..size-1 in sequences),
 * finite numbers, offsets that start at 0 and never fall. What is wrong is an error that names the column and the row.
 */
export function createDataset(name: string, columns: Readonly<Record<string, Column>>): Dataset {
  const lengths = Object.values(columns).map(columnLength);
  const length = lengths[0] ?? 0;
  if (length === 0)
    throw new HeedError("empty", `dataset ${name} has no rows`, "check what it was made from");
  Object.entries(columns).forEach(([field, values], i) => {
    if (lengths[i] !== length) {
      throw new HeedError(
        "column-length",
        `${name}: column "${field}" has ${lengths[i]} rows and column "${Object.keys(columns)[0]}" has ${length}`,
        "give every column one value a row",
      );
    }
    checkColumn(values, `${name}: column "${field}"`);
  });
  return { name, length, columns };
}

/** Number of rows. */
function columnLength(values: Column): number {
  return values.kind === "sequence" ? values.offsets.length - 1 : values.values.length;
}

/** Throws what is wrong with a column: an id outside its size, a number that is not finite, offsets that fall. */
function checkColumn(column: Column, called: string): void {
  if (column.kind === "numeric") {
    const at = column.values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) return;
    throw new HeedError(
      "not-finite",
      `${called} is ${column.values[at]} in row ${at}`,
      "numeric columns hold finite numbers; fill in missing ones",
    );
  }
  if (column.kind === "sequence") checkOffsets(column, called);
  const lowest = column.kind === "sequence" ? 1 : 0;
  const at = column.values.findIndex((id) => id < lowest || id >= column.size);
  if (at < 0) return;
  throw new HeedError(
    "unknown-id",
    `${called} has id ${column.values[at]} at position ${at}`,
    `its ids run from ${lowest} to ${column.size - 1}; encode it with the vocabulary its size comes from`,
  );
}

function checkOffsets({ offsets, values }: SequenceColumn, called: string): void {
  const remedy = "offsets start at 0, never fall, and end at the number of values";
  const fall = offsets.findIndex((offset, i) => i > 0 && offset < offsets[i - 1]!);
  if (fall > 0) {
    throw new HeedError(
      "offsets",
      `${called}: offset ${fall} is ${offsets[fall]}, after ${offsets[fall - 1]}`,
      remedy,
    );
  }
  if (offsets[0] === 0 && offsets.at(-1) === values.length) return;
  throw new HeedError(
    "offsets",
    `${called}: offsets run from ${offsets[0]} to ${offsets.at(-1)} over ${values.length} values`,
    remedy,
  );
}
