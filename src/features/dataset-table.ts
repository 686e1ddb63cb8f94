import type { CtrSplit } from "../data/index.js";
import { type FeatureTable, tableOf } from "./table.js";

/** The training rows of a click data set as a table: its fields as they were written, and "label". */
export function datasetTable({ train, vocabularies }: CtrSplit): FeatureTable {
  const columns = Object.entries(train.columns).map(([name, column]) => {
    if (column.kind === "numeric") return [name, Array.from(column.values, String)] as const;
    const tokens = vocabularies[name] ?? [];
    return [name, Array.from(column.values, (id) => tokens[id - 1] ?? null)] as const;
  });
  return tableOf(train.name, Object.fromEntries(columns));
}
