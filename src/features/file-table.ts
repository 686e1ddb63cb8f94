import { formatOf, openRows, type RowFile } from "../store/files/index.js";
import { cellsOf } from "./cell-text.js";
import type { Cell } from "./codes.js";
import { batchBuilder, type FeatureTable, type RefusedRow, type TableBatch } from "./table.js";

/**
 * The rows of a CSV, NDJSON or Parquet file, read piece by piece; CSV and NDJSON may be gzipped (".csv.gz").
 * Errors: those of `formatOf` and `openRows`.
 */
export async function fileTable(
  path: string,
  options: { format?: string; delimiter?: string } = {},
): Promise<FeatureTable> {
  const bare = path.replace(/\.gz$/i, "");
  const format = formatOf(bare, options.format);
  const delimiter = options.delimiter ?? (bare.toLowerCase().endsWith(".tsv") ? "\t" : ",");
  const file = await openRows(path, format, { delimiter });
  return { name: path, batches: batchesOf(file), close: () => file.close() };
}

async function* batchesOf(file: RowFile): AsyncGenerator<TableBatch> {
  const builder = batchBuilder();
  // The cells of a CSV are text already, every one of a column of its own.
  const texts = file.types ? null : file.columns;
  for await (const { rows, part } of file.batches) {
    const refused: RefusedRow[] = [];
    const sound: Readonly<Record<string, unknown>>[] = [];
    for (const row of rows) {
      if ("reason" in row) refused.push(row);
      else sound.push(row.values);
    }
    if (texts) {
      const cells = new Map(texts.map((name) => [name, sound.map((values) => values[name] as Cell)]));
      yield { length: sound.length, cells, part, refused };
    } else {
      for (const values of sound) builder.add(cellsOf(values));
      yield builder.take(part, refused);
    }
  }
}
