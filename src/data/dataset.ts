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
