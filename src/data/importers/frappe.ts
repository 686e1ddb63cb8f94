import { join } from "node:path";
import { badCell, numbers, readDelimited, type Table } from "../csv.js";
import { type CategoricalColumn, createDataset, type Dataset } from "../dataset.js";
import { buildVocabulary, encode, type Vocabulary } from "../vocabulary.js";
import type { Importer } from "./importer.js";

const fields = [
  "user",
  "item",
  "daytime",
  "weekday",
  "isweekend",
  "homework",
  "cost",
  "weather",
  "country",
  "city",
] as const;
const parts = ["train", "valid", "test"] as const;

type Field = (typeof fields)[number];

/** A click data set cut into three parts that share vocabularies fitted on the first. */
export interface CtrSplit {
  fields: { name: string; size: number }[];
  train: Dataset;
  validation: Dataset;
  test: Dataset;
}

/**
 * Frappe as a click-through task (Baltrunas et al. 2015, arXiv:1505.03014): label and ten categorical fields, whose ids
 * are those of vocabularies fitted on train. `frappe_x1.csv.gz` holds the validation and test rows of BARS's Frappe_x1.
 */
export const frappe = {
  name: "frappe",
  licence: "research use; no redistribution, no commercial use without permission",
  source: "https://github.com/irecsys/CARSKit, context-aware_data_sets/Mobile_Frappe.zip",
  files: ["frappe_x1.csv.gz"],
  load(folder: string, file = "frappe_x1.csv.gz"): CtrSplit {
    const table = readDelimited(join(folder, file), ["split", "label", ...fields]);
    const label = clicks(table);
    const rows = partRows(table);
    const vocabularies = fields.map((field) => {
      const cells = table.columns[field];
      return buildVocabulary(Array.from(rows.train, (i) => cells[i] || null));
    });
    const dataset = (name: string, chosen: Int32Array): Dataset =>
      createDataset(`frappe/${name}`, {
        label: { kind: "numeric", values: Float32Array.from(chosen, (i) => label[i]!) },
        ...Object.fromEntries(
          fields.map((field, f) => [field, categorical(table.columns[field], chosen, vocabularies[f]!)]),
        ),
      });
    return {
      fields: fields.map((name, f) => ({ name, size: vocabularies[f]!.size })),
      train: dataset("train", rows.train),
      validation: dataset("validation", rows.valid),
      test: dataset("test", rows.test),
    };
  },
} as const satisfies Importer<CtrSplit>;

function categorical(cells: string[], rows: Int32Array, vocabulary: Vocabulary): CategoricalColumn {
  const values = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = encode(vocabulary, cells[rows[i]!] || null);
  return { kind: "categorical", values, size: vocabulary.size };
}

function clicks(table: Table<"split" | "label" | Field>): Float64Array {
  const label = numbers(table, "label");
  const wrong = label.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) throw badCell(table, "label", wrong, "it must be 0 or 1");
  return label;
}

function partRows(table: Table<"split" | "label" | Field>): Record<(typeof parts)[number], Int32Array> {
  const rows = { train: [] as number[], valid: [] as number[], test: [] as number[] };
  table.columns.split.forEach((split, i) => {
    const part = parts.find((name) => name === split);
    if (!part) throw badCell(table, "split", i, "it must be train, valid or test");
    rows[part].push(i);
  });
  return {
    train: Int32Array.from(rows.train),
    valid: Int32Array.from(rows.valid),
    test: Int32Array.from(rows.test),
  };
}
