import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { HeedError } from "../core/errors.js";

/**
 * The text of a UTF-8 file, unzipped when its name ends in .gz, without a byte order mark. A file that is absent,
 * cut short or not UTF-8 is an error that names it.
 */
export function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return new TextDecoder("utf-8", { fatal: true }).decode(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  } catch (cause) {
    if (!existsSync(path)) {
      throw new HeedError(
        "file",
        `there is no file ${path}`,
        "check the path; data sets lie below the folder HEED_DATA names, each in a folder of its name, and " +
          "dataFolder(name) says where to get one",
        { cause },
      );
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HeedError(
      "file",
      `${path} cannot be read: ${reason}`,
      "check that the file is complete and is UTF-8; copy it again",
      { cause },
    );
  }
}

/** The lines of a text file, without their ends and without blank lines at the end. See `readText` for errors. */
export function readLines(path: string): string[] {
  const lines = readText(path)
    .split("\n")
    .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
