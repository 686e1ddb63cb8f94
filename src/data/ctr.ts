import { HeedError } from "../core/errors.js";
import { column, type Dataset } from "./dataset.js";

/** Categorical columns as one row-major matrix [rows, fields] of ids shifted to each field's own range. */
export interface FieldMatrix {
  ids: Int32Array;
  label: Float32Array;
  length: number;
  fields: number;
}

export function fieldMatrix(dataset: Dataset, names: readonly string[], label = "label"): FieldMatrix {
  const ids = new Int32Array(dataset.length * names.length);
  let shift = 0;
  names.forEach((name, f) => {
    const field = column(dataset, name);
    if (field.kind !== "categorical") {
      throw new HeedError(
        "column-kind",
        `${dataset.name}: column "${name}" is ${field.kind}`,
        "a field must be categorical",
      );
    }
    for (let i = 0; i < dataset.length; i++) ids[i * names.length + f] = field.values[i]! + shift;
    shift += field.size;
  });
  const target = column(dataset, label);
  if (target.kind !== "numeric") {
    throw new HeedError(
      "column-kind",
      `${dataset.name}: label "${label}" is ${target.kind}`,
      "a label must be numeric",
    );
  }
  return { ids, label: target.values, length: dataset.length, fields: names.length };
}

/** Copies chosen rows of a matrix, in the shape the click models are fed. */
export function fieldBatch(matrix: FieldMatrix, rows: Int32Array) {
  const { fields } = matrix;
  const ids = new Int32Array(rows.length * fields);
  const label = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * fields;
    for (let f = 0; f < fields; f++) ids[i * fields + f] = matrix.ids[from + f]!;
    label[i] = matrix.label[rows[i]!]!;
  }
  return {
    fields: { data: ids, shape: [rows.length, fields] },
    label: { data: label, shape: [rows.length] },
  };
}
