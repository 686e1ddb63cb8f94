import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { HeedError } from "../core/errors.js";

/** The lines of a text file, unzipped when its name ends in .gz; a damaged file is an error that names it. */
export function readLines(path: string): string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
    if (path.endsWith(".gz")) bytes = gunzipSync(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HeedError(
      "file",
      `${path} cannot be read: ${reason}`,
      "check that the file exists and is complete; copy it again",
      { cause },
    );
  }
  const lines = bytes.toString("utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

/** One CSV record: commas separate, double quotes enclose, a doubled quote stands for one. */
export function splitCsv(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (quoted && character === '"' && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (character === '"') quoted = !quoted;
    else if (character === "," && !quoted) {
      cells.push(cell);
      cell = "";
    } else cell += character;
  }
  return [...cells, cell];
}

/** A number from a cell, or an error that names the file, line and column. */
export function numberCell(cell: string | undefined, path: string, line: number, column: string): number {
  const value = cell === undefined || cell === "" ? Number.NaN : Number(cell);
  if (Number.isFinite(value)) return value;
  throw new HeedError(
    "cell",
    `${path}, line ${line}: ${column} is "${cell ?? ""}"`,
    "it must be a number; mend or remove the line",
  );
}

/** The positions of named columns in a header, or an error that lists what the header has. */
export function columnsOf(header: string[], wanted: readonly string[], path: string): number[] {
  return wanted.map((name) => {
    const at = header.indexOf(name);
    if (at < 0)
      throw new HeedError(
        "unknown-column",
        `${path} has no column "${name}"`,
        `its columns are ${header.join(", ")}`,
      );
    return at;
  });
}
