import { join } from "node:path";
import { badCell, readDelimited, type Table } from "../csv.js";
import type { Importer } from "./importer.js";

const numeric = ["age", "fnlwgt", "education_num", "capital_gain", "capital_loss", "hours_per_week"] as const;
const categorical = [
  "workclass",
  "education",
  "marital_status",
  "occupation",
  "relationship",
  "race",
  "sex",
  "native_country",
] as const;
const label = "income_gt_50k";

export type CensusField = (typeof numeric)[number] | (typeof categorical)[number];

/** People as they were asked: text by column, "?" where nothing was said, and the label "0" or "1". */
export interface Census {
  numeric: readonly CensusField[];
  categorical: readonly CensusField[];
  train: Readonly<Record<CensusField | "label", readonly string[]>>;
  test: Readonly<Record<CensusField | "label", readonly string[]>>;
}

/** UCI Adult (Becker and Kohavi 1996): fourteen columns about a person and whether they earn more than 50,000 dollars. */
export const adultCensus: Importer<Census> = {
  name: "adult-census",
  licence: "Creative Commons Attribution 4.0",
  source: "https://archive.ics.uci.edu/dataset/2/adult",
  files: ["train.csv.gz", "test.csv.gz"],
  load: (folder) => ({
    numeric,
    categorical,
    train: part(join(folder, "train.csv.gz")),
    test: part(join(folder, "test.csv.gz")),
  }),
};

function part(path: string): Census["train"] {
  const table = readDelimited(path, [...numeric, ...categorical, label]);
  const { [label]: labels, ...fields } = table.columns;
  const wrong = labels.findIndex((value) => value !== "0" && value !== "1");
  if (wrong >= 0) throw badCell(table as Table<typeof label>, label, wrong, "it must be 0 or 1");
  return { ...fields, label: labels };
}
