import { HeedError } from "../core/errors.js";
import { type CategoricalColumn, column, createDataset, type Dataset } from "./dataset.js";
import { buildVocabulary, encode, type Vocabulary } from "./vocabulary.js";

/** A click data set cut into three parts that share vocabularies fitted on the first. */
export interface CtrSplit {
  fields: { name: string; size: number }[];
  /** The tokens of each field in id order, from which `vocabularyOf` makes its vocabulary. */
  vocabularies: Readonly<Record<string, readonly string[]>>;
  train: Dataset;
  validation: Dataset;
  test: Dataset;
}

/**
 * Encodes fields of text (null is a missing value) by vocabularies fitted on the training rows, and cuts the rows into
 * parts. `label` holds one 0 or 1 a row.
 */
export function ctrSplit(
  name: string,
  fields: readonly { name: string; cells: readonly (string | null)[] }[],
  label: ArrayLike<number>,
  rows: Readonly<Record<"train" | "validation" | "test", Int32Array>>,
): CtrSplit {
  const vocabularies = fields.map(({ cells }) =>
    buildVocabulary(Array.from(rows.train, (i) => cells[i] ?? null)),
  );
  const dataset = (part: keyof typeof rows): Dataset =>
    createDataset(`${name}/${part}`, {
      label: { kind: "numeric", values: Float32Array.from(rows[part], (i) => label[i]!) },
      ...Object.fromEntries(
        fields.map((field, f) => [field.name, categorical(field.cells, rows[part], vocabularies[f]!)]),
      ),
    });
  return {
    fields: fields.map((field, f) => ({ name: field.name, size: vocabularies[f]!.size })),
    vocabularies: Object.fromEntries(fields.map((field, f) => [field.name, vocabularies[f]!.tokens])),
    train: dataset("train"),
    validation: dataset("validation"),
    test: dataset("test"),
  };
}

function categorical(
  cells: readonly (string | null)[],
  rows: Int32Array,
  vocabulary: Vocabulary,
): CategoricalColumn {
  const values = Int32Array.from(rows, (i) => encode(vocabulary, cells[i] ?? null));
  return { kind: "categorical", values, size: vocabulary.size };
}

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
