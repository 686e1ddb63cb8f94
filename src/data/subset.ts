import { HeedError } from "../core/errors.js";
import { gatherColumn } from "./batches.js";
import { type Column, column, createDataset, type Dataset } from "./dataset.js";
import { ragged, row, rowsOf } from "./sequences.js";

/** Chosen rows as a new data set, in the order given; a row may be taken twice. Copies; sizes stay as they are. */
export function take(dataset: Dataset, rows: ArrayLike<number>, name = dataset.name): Dataset {
  const columns = Object.entries(dataset.columns).map(
    ([field, values]) => [field, takeColumn(values, rows)] as const,
  );
  return createDataset(name, Object.fromEntries(columns));
}

function takeColumn(values: Column, rows: ArrayLike<number>): Column {
  switch (values.kind) {
    case "categorical":
      return { kind: "categorical", size: values.size, values: gatherColumn(values, rows) };
    case "numeric":
      return { kind: "numeric", values: gatherColumn(values, rows) };
    case "sequence":
      return ragged(
        Array.from(rows, (i) => row(values, i)),
        values.size,
      );
  }
}

/**
 * The rows of several data sets, one after the other. They must have the same columns, of the same kinds and sizes (ids
 * of one vocabulary); the first one's order of columns is kept.
 */
export function concatenate(name: string, parts: readonly Dataset[]): Dataset {
  const first = parts[0];
  if (!first)
    throw new HeedError("empty", `there is nothing to make dataset ${name} of`, "give at least one data set");
  const fields = Object.keys(first.columns);
  for (const part of parts) {
    const extra = Object.keys(part.columns).find((field) => !fields.includes(field));
    if (extra !== undefined) column(first, extra);
  }
  const joined = fields.map((field) => [field, joinColumn(field, parts)] as const);
  return createDataset(name, Object.fromEntries(joined));
}

function joinColumn(field: string, parts: readonly Dataset[]): Column {
  const columns = parts.map((part) => column(part, field));
  const first = columns[0]!;
  const size = (values: Column) => (values.kind === "numeric" ? 0 : values.size);
  const other = columns.findIndex((values) => values.kind !== first.kind || size(values) !== size(first));
  if (other > 0) {
    throw new HeedError(
      "column-kind",
      `column "${field}" is ${first.kind} of size ${size(first)} in ${parts[0]!.name} and ${columns[other]!.kind} of size ${size(columns[other]!)} in ${parts[other]!.name}`,
      "join data sets encoded with the same vocabularies",
    );
  }
  if (first.kind === "numeric") return { kind: "numeric", values: Float32Array.from(joinedValues(columns)) };
  if (first.kind === "categorical") {
    return { kind: "categorical", size: first.size, values: Int32Array.from(joinedValues(columns)) };
  }
  return ragged(
    columns.flatMap((values) =>
      values.kind === "sequence" ? Array.from({ length: rowsOf(values) }, (_, i) => row(values, i)) : [],
    ),
    first.size,
  );
}

function joinedValues(columns: readonly Column[]): number[] {
  return columns.flatMap((values) => Array.from(values.values));
}
