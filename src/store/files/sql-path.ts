import { resolve } from "node:path";
import { HeedError } from "../../core/errors.js";

/** A path as a text of SQL. Errors: HeedError "file" for what DuckDB would take for a pattern. */
export function sqlPath(path: string): string {
  if (/[*?[\]]/.test(path)) {
    throw new HeedError(
      "file",
      `${path} has a character that stands for other characters`,
      "give another name: no *, ?, [ or ] in the path of a Parquet file",
    );
  }
  return `'${resolve(path).replaceAll("'", "''")}'`;
}
