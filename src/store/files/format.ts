import { extname } from "node:path";
import { HeedError, nearest } from "../../core/errors.js";

export const fileFormats = ["csv", "ndjson", "parquet"] as const;
export type FileFormat = (typeof fileFormats)[number];

const extensions: Readonly<Record<string, FileFormat>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".parquet": "parquet",
};

/** The format of a file by the end of its name, or the one that is named. Errors: HeedError "format". */
export function formatOf(path: string, named?: string): FileFormat {
  const known = `the formats are ${fileFormats.join(", ")}`;
  if (named !== undefined) {
    const found = fileFormats.find((format) => format === named);
    if (found) return found;
    const near = nearest(named, fileFormats);
    throw new HeedError(
      "format",
      `there is no format "${named}"`,
      near ? `did you mean "${near}"? ${known}` : known,
    );
  }
  const found = extensions[extname(path).toLowerCase()];
  if (found) return found;
  throw new HeedError(
    "format",
    `${path} does not say its format`,
    `name it: --format csv (${known}), or give the file a name that ends in .csv, .ndjson or .parquet`,
  );
}
