import { join } from "node:path";
import { badCell, numbers, readDelimited, type Table } from "../csv.js";
import { type CtrSplit, ctrSplit } from "../ctr.js";
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
    return ctrSplit(
      "frappe",
      fields.map((name) => ({ name, cells: table.columns[name].map((cell) => cell || null) })),
      label,
      partRows(table),
    );
  },
} as const satisfies Importer<CtrSplit>;

/** Frappe with other negatives and another order of rows, by the same recipe: figures of the two are not to be mixed. */
export const frappeRecreated: Importer<CtrSplit> = {
  name: "frappe-recreated",
  folder: "frappe",
  licence: frappe.licence,
  source: frappe.source,
  files: ["ctr.csv.gz"],
  load: (folder) => frappe.load(folder, "ctr.csv.gz"),
};

function clicks(table: Table<"split" | "label" | Field>): Float64Array {
  const label = numbers(table, "label");
  const wrong = label.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) throw badCell(table, "label", wrong, "it must be 0 or 1");
  return label;
}

function partRows(table: Table<"split" | "label" | Field>) {
  const rows = { train: [] as number[], valid: [] as number[], test: [] as number[] };
  table.columns.split.forEach((split, i) => {
    const part = parts.find((name) => name === split);
    if (!part) throw badCell(table, "split", i, "it must be train, valid or test");
    rows[part].push(i);
  });
  return {
    train: Int32Array.from(rows.train),
    validation: Int32Array.from(rows.valid),
    test: Int32Array.from(rows.test),
  };
}
