import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { HeedError } from "../../core/errors.js";
import { csvHeader, csvLine } from "./csv-line.js";
import type { RowKind } from "./fields.js";
import type { FileFormat } from "./format.js";
import { parquetLine, writeParquet } from "./write-parquet.js";

/** How a format's rows are written: what comes first, and one line a row. */
interface Writer {
  head: string;
  line(row: Readonly<Record<string, unknown>>): string;
}

const writers: Readonly<Record<FileFormat, (kind: RowKind) => Writer>> = {
  csv: (kind) => ({ head: csvHeader(kind), line: (row) => csvLine(kind, row) }),
  ndjson: () => ({ head: "", line: (row) => `${JSON.stringify(row)}\n` }),
  // By way of lines, which DuckDB then turns into Parquet without holding them in memory.
  parquet: (kind) => ({ head: "", line: (row) => parquetLine(kind, row) }),
};

/** Refuses a file that is there already. Errors: HeedError "exists". */
export function refuseExisting(path: string): void {
  if (existsSync(path))
    throw new HeedError("exists", `${path} exists`, `give another name, or remove it: rm '${path}'`);
}

/**
 * Writes rows into a new file: under another name first, so that a crash or an error leaves no half of it. Answers how many.
 * Memory stays flat. Errors: HeedError "exists", "file" when it cannot be written, and whatever `batches` throws.
 */
export async function writeRows(
  path: string,
  format: FileFormat,
  kind: RowKind,
  batches: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>,
): Promise<number> {
  refuseExisting(path);
  const draft = `${path}.${process.pid}.draft`;
  const lines = format === "parquet" ? `${draft}.ndjson` : draft;
  const writer = writers[format](kind);
  const handle = await unlessUnwritable(path, () => open(lines, "wx"));
  let count = 0;
  try {
    try {
      await unlessUnwritable(path, () => append(handle, writer.head));
      for await (const batch of batches) {
        count += batch.length;
        await unlessUnwritable(path, () => append(handle, batch.map(writer.line).join("")));
      }
      await unlessUnwritable(path, () => handle.sync());
    } finally {
      await handle.close();
    }
    if (format === "parquet") await unlessUnwritable(path, () => writeParquet(lines, draft, kind));
    refuseExisting(path);
    await rename(draft, path);
  } finally {
    await rm(lines, { force: true });
    await rm(draft, { force: true });
  }
  return count;
}

async function append(handle: FileHandle, text: string): Promise<void> {
  if (text !== "") await handle.appendFile(text);
}

async function unlessUnwritable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof HeedError) throw cause;
    throw new HeedError(
      "file",
      `${path} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
      "name a file in a folder that exists, may be written and has space: df -h .",
      { cause },
    );
  }
}
