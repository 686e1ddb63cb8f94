import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { HeedError } from "../../core/errors.js";

/**
 * The write-ahead files of the log: lines of JSON in frames. A frame is a header line, which has the size and checksum
 * of what follows, and the lines of one commit. A frame is written and synced before its events are acknowledged, one
 * at a time, so only the last can be torn by a crash; it was acknowledged to nobody and is cut off.
 */
export interface Segments {
  /** Writes and syncs one frame. When it rejects, the file is as it was before. */
  append(frame: Frame): Promise<void>;
  /** Closes the file that is written to: it can be read now. */
  rotate(): Promise<void>;
  /** Files that are complete, in order. */
  closed(): readonly Segment[];
  /** Deletes complete files whose positions are all at or below one that the database holds for good. */
  drop(position: number): void;
  /** Bytes in all files. */
  readonly bytes: number;
  close(): Promise<void>;
}

export interface Frame {
  lines: readonly string[];
  /** How many of the lines are merges. */
  merges: number;
  /** Positions of the first and last line. */
  first: number;
  last: number;
}

export interface Segment {
  path: string;
  first: number;
  last: number;
  merges: number;
  bytes: number;
}

/** A file is closed when it is larger than this. */
const segmentBytes = 64 << 20;

const newline = 10;
const headerStart = Buffer.from('{"frame":');

/** Opens the files of a folder; what a crash tore off the last one is cut, any other damage is an error. */
export function openSegments(folder: string): Segments {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson"))
    .sort();
  let complete = names.flatMap((name, i) => recover(join(folder, name), i === names.length - 1));
  let current: { handle: FileHandle; segment: Segment } | null = null;
  /** A file with a broken frame at its end that could not be cut off yet. */
  let broken: Segment | null = null;

  async function start(first: number): Promise<{ handle: FileHandle; segment: Segment }> {
    const path = join(folder, `${String(first).padStart(16, "0")}.ndjson`);
    const handle = await open(path, "w");
    await syncFolder(folder);
    return { handle, segment: { path, first, last: first - 1, merges: 0, bytes: 0 } };
  }

  async function rotate(): Promise<void> {
    if (!current) return;
    const { handle, segment } = current;
    current = null;
    await handle.close();
    keep(segment);
  }

  function keep(segment: Segment): void {
    if (segment.bytes > 0) complete.push(segment);
    else rmSync(segment.path, { force: true });
  }

  /** After a failed write: back to the last whole frame; what comes next goes into another file. */
  async function cut(): Promise<void> {
    if (current) {
      broken = current.segment;
      await current.handle.close().catch(() => {});
      current = null;
    }
    if (!broken) return;
    truncateSync(broken.path, broken.bytes);
    keep(broken);
    broken = null;
  }

  return {
    async append(frame) {
      try {
        if (broken) await cut();
        current ??= await start(frame.first);
        const { handle, segment } = current;
        const data = encode(frame);
        await writeAll(handle, data, segment.bytes);
        await handle.datasync();
        segment.bytes += data.length;
        segment.last = frame.last;
        segment.merges += frame.merges;
        if (segment.bytes >= segmentBytes) await rotate();
      } catch (cause) {
        await cut().catch(() => {});
        throw writeError(cause);
      }
    },
    rotate,
    closed: () => complete,
    drop(position) {
      const done = complete.filter((segment) => segment.last <= position);
      complete = complete.filter((segment) => segment.last > position);
      for (const { path } of done) rmSync(path, { force: true });
    },
    get bytes() {
      return complete.reduce((sum, segment) => sum + segment.bytes, current?.segment.bytes ?? 0);
    },
    close: rotate,
  };
}

/** Makes a new file's name as durable as its contents. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, data: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < data.length) {
    const { bytesWritten } = await handle.write(data, written, data.length - written, position + written);
    if (bytesWritten === 0) throw Object.assign(new Error("nothing was written"), { code: "ENOSPC" });
    written += bytesWritten;
  }
}

function encode({ lines, merges, first, last }: Frame): Buffer {
  const body = Buffer.from(`${lines.join("\n")}\n`);
  const header = Buffer.from(
    `{"frame":${JSON.stringify({ bytes: body.length, crc: crc32(body), merges, first, last })}}\n`,
  );
  return Buffer.concat([header, body]);
}

function writeError(cause: unknown): HeedError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/ENOSPC|EDQUOT|no space left|nothing was written/i.test(reason)) {
    return new HeedError(
      "disk-full",
      "the disk is full: the events were not stored",
      "free some space and send them again; what was acknowledged before is safe",
      { cause },
    );
  }
  return new HeedError(
    "store",
    `the log cannot be written: ${reason}`,
    "check the disk and the rights of the folder, then send the events again",
    { cause },
  );
}

/** The frames of one file; none when nothing of it is left. */
function recover(path: string, mayBeTorn: boolean): Segment[] {
  const data = readFileSync(path);
  const segment: Segment = { path, first: 0, last: 0, merges: 0, bytes: 0 };
  while (segment.bytes < data.length) {
    const frame = frameAt(data, segment.bytes);
    if (!frame) break;
    if (segment.bytes === 0) segment.first = frame.first;
    segment.last = frame.last;
    segment.merges += frame.merges;
    segment.bytes = frame.end;
  }
  if (segment.bytes < data.length) {
    if (!mayBeTorn || frameAfter(data, segment.bytes)) {
      throw new HeedError(
        "damaged",
        `${path} is damaged at byte ${segment.bytes}, before its end: events that were acknowledged cannot be read`,
        "restore a backup, or move this file out of the folder to go on without the events it holds",
      );
    }
    truncateSync(path, segment.bytes);
  }
  if (segment.bytes > 0) return [segment];
  rmSync(path);
  return [];
}

interface FoundFrame {
  end: number;
  first: number;
  last: number;
  merges: number;
}

function frameAt(data: Buffer, start: number): FoundFrame | null {
  if (!data.subarray(start, start + headerStart.length).equals(headerStart)) return null;
  const lineEnd = data.indexOf(newline, start);
  if (lineEnd === -1) return null;
  const header = parseHeader(data.toString("latin1", start, lineEnd));
  if (!header) return null;
  const end = lineEnd + 1 + header.bytes;
  if (end > data.length || crc32(data.subarray(lineEnd + 1, end)) !== header.crc) return null;
  return { end, first: header.first, last: header.last, merges: header.merges };
}

function parseHeader(
  line: string,
): { bytes: number; crc: number; merges: number; first: number; last: number } | null {
  const numbers =
    /^\{"frame":\{"bytes":(\d+),"crc":(\d+),"merges":(\d+),"first":(\d+),"last":(\d+)\}\}$/.exec(line);
  if (!numbers) return null;
  const [bytes, crc, merges, first, last] = numbers.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { bytes, crc, merges, first, last };
}

/** Whether a whole frame follows a broken one: then it is damage, not a torn last write. */
function frameAfter(data: Buffer, start: number): boolean {
  for (let at = data.indexOf(headerStart, start + 1); at !== -1; at = data.indexOf(headerStart, at + 1))
    if (frameAt(data, at)) return true;
  return false;
}

/** The size of a file, 0 when there is none. */
export function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
