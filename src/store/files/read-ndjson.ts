import { isUtf8 } from "node:buffer";
import { inBatches, type LineFile, openLines } from "./lines.js";
import { type FileRow, longestLine, type RowFile } from "./row-file.js";

/** A file with one JSON object a line; blank lines are no rows. */
export async function openNdjson(path: string): Promise<RowFile> {
  const file = openLines(path, { blank: false });
  return { columns: null, batches: inBatches(rowsOf(file), file), close: async () => file.close() };
}

async function* rowsOf(file: LineFile): AsyncGenerator<FileRow> {
  for await (const { number: line, bytes } of file.lines) yield readObject(line, bytes);
}

function readObject(line: number, bytes: Buffer | null): FileRow {
  if (!bytes) return { line, reason: `the line is longer than ${longestLine} bytes` };
  if (!isUtf8(bytes)) return { line, reason: "the line is not valid UTF-8: save the file as UTF-8" };
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    return { line, reason: `the line is not valid JSON: ${(error as Error).message}` };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { line, reason: 'the line is not a JSON object such as {"user": "u1", "action": "click"}' };
  return { line, values: value as Record<string, unknown> };
}
