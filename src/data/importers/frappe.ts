import { join } from "node:path";
import { HeedError } from "../../core/errors.js";
import type { Column, Dataset } from "../dataset.js";
import { columnsOf, numberCell, readLines } from "../text.js";
import { buildVocabulary, encode } from "../vocabulary.js";

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
];

/** A click data set cut into three parts that share vocabularies fitted on the first. */
export interface CtrSplit {
  fields: { name: string; size: number }[];
  train: Dataset;
  validation: Dataset;
  test: Dataset;
}

/**
 * Frappe as a click-through task (Baltrunas et al. 2015; research use, no redistribution): `frappe_x1.csv.gz` holds the
 * validation and test rows of BARS's Frappe_x1.
 */
export function loadFrappe(folder: string, file = "frappe_x1.csv.gz"): CtrSplit {
  const path = join(folder, file);
  const [header, ...lines] = readLines(path);
  const [part, label, ...places] = columnsOf((header ?? "").split(","), ["split", "label", ...fields], path);
  const rows = lines.map((line) => line.split(","));
  const parts = new Map<string, string[][]>([
    ["train", []],
    ["valid", []],
    ["test", []],
  ]);
  rows.forEach((cells, i) => {
    const list = parts.get(cells[part!]!);
    if (!list)
      throw new HeedError(
        "cell",
        `${path}, line ${i + 2}: split is "${cells[part!]}"`,
        "it must be train, valid or test",
      );
    list.push(cells);
  });
  const train = parts.get("train")!;
  const vocabularies = places.map((at) => buildVocabulary(train.map((cells) => cells[at!]!)));
  const dataset = (name: string, list: string[][]): Dataset => {
    const columns: Record<string, Column> = {
      label: {
        kind: "numeric",
        values: Float32Array.from(list, (cells, i) => numberCell(cells[label!], path, i + 2, "label")),
      },
    };
    fields.forEach((field, f) => {
      const vocabulary = vocabularies[f]!;
      const values = Int32Array.from(list, (cells) => encode(vocabulary, cells[places[f]!] || null));
      columns[field] = { kind: "categorical", values, size: vocabulary.size };
    });
    return { name, length: list.length, columns };
  };
  return {
    fields: fields.map((name, f) => ({ name, size: vocabularies[f]!.size })),
    train: dataset("frappe/train", train),
    validation: dataset("frappe/validation", parts.get("valid")!),
    test: dataset("frappe/test", parts.get("test")!),
  };
}
