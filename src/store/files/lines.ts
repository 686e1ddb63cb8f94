import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { HeedError } from "../../core/errors.js";
import { type Line, readLines } from "../../core/lines.js";
import { batchRows, type FileBatch, type FileRow, longestLine } from "./row-file.js";

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A text file by lines, and how much of it was read. */
export interface LineFile {
  lines: AsyncGenerator<Line>;
  part(): number;
  close(): void;
}

/** Opens a text file for reading by lines, unzipped when its name ends in .gz; a byte order mark at its beginning is no part of it. */
export function openLines(path: string, options: { blank: boolean }): LineFile {
  const size = statSync(path).size;
  const stream = createReadStream(path, { highWaterMark: 1 << 18 });
  // What goes wrong while unzipping reaches the reader of the lines as an error of the stream.
  const text = path.toLowerCase().endsWith(".gz") ? pipeline(stream, createGunzip(), () => {}) : stream;
  return {
    lines: withoutMark(readable(path, readLines(text, longestLine, options))),
    part: () => Math.min(1, stream.bytesRead / size),
    close: () => {
      stream.destroy();
      text.destroy();
    },
  };
}

/** Rows as they are made of lines, some at a time. */
export async function* inBatches(rows: AsyncIterable<FileRow>, file: LineFile): AsyncGenerator<FileBatch> {
  let batch: FileRow[] = [];
  for await (const row of rows) {
    if (batch.push(row) < batchRows) continue;
    yield { rows: batch, part: file.part() };
    batch = [];
  }
  if (batch.length > 0) yield { rows: batch, part: 1 };
}

async function* withoutMark(lines: AsyncGenerator<Line>): AsyncGenerator<Line> {
  for await (const line of lines) {
    const marked = line.number === 1 && line.bytes?.subarray(0, 3).equals(byteOrderMark);
    yield marked ? { ...line, bytes: line.bytes!.subarray(3) } : line;
  }
}

async function* readable(path: string, lines: AsyncGenerator<Line>): AsyncGenerator<Line> {
  try {
    yield* lines;
  } catch (cause) {
    throw new HeedError(
      "file",
      `${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      `check that you may read it: ls -l ${path}`,
      { cause },
    );
  }
}
