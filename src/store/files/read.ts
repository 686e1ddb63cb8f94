import { statSync } from "node:fs";
import { HeedError } from "../../core/errors.js";
import type { FileFormat } from "./format.js";
import { openCsv } from "./read-csv.js";
import { openNdjson } from "./read-ndjson.js";
import { openParquet } from "./read-parquet.js";
import type { RowFile } from "./row-file.js";

export interface ReadFileOptions {
  /** Between the fields of CSV; a comma unless told. */
  delimiter?: string;
}

/** Opens a file of rows. Errors: HeedError "file" when it cannot be read, "empty" without a header, "columns". */
export async function openRows(
  path: string,
  format: FileFormat,
  options: ReadFileOptions = {},
): Promise<RowFile> {
  check(path);
  switch (format) {
    case "csv":
      return openCsv(path, options.delimiter ?? (path.toLowerCase().endsWith(".tsv") ? "\t" : ","));
    case "ndjson":
      return openNdjson(path);
    case "parquet":
      return openParquet(path);
  }
}

function check(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new HeedError("file", `there is no file ${path}`, "check the path: ls -l .");
  if (!stat.isFile()) throw new HeedError("file", `${path} is not a file`, "name a file of rows");
  if (stat.size === 0) throw new HeedError("empty", `${path} is empty`, "check that it was written whole");
}
