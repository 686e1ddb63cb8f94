import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HeedError } from "../core/errors.js";

const magic = "heed-checkpoint-1";

/** Named float arrays with a JSON header: the content of one checkpoint file. */
export interface Checkpoint<Header> {
  header: Header;
  arrays: Record<string, Float32Array>;
}

/** JSON has no NaN and no infinities, which a metric may be: they are written as { number: "NaN" }. */
function keepNumber(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

function keptNumber(_: string, value: unknown): unknown {
  const written = value !== null && typeof value === "object" && "number" in value ? value.number : null;
  return typeof written === "string" ? Number(written) : value;
}

export function checkpointPath(folder: string): string {
  return join(folder, "checkpoint.bin");
}

/**
 * Writes a checkpoint so that a reader sees the old file or the whole new one, never a part: a temporary file, synced,
 * then renamed.
 */
export async function writeCheckpoint<Header>(
  path: string,
  { header, arrays }: Checkpoint<Header>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const index = Object.entries(arrays).map(([name, { length }]) => ({ name, length }));
  const head = Buffer.from(JSON.stringify({ magic, header, arrays: index }, keepNumber));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(head.length));
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w");
  try {
    await file.writev([size, head]);
    for (const array of Object.values(arrays)) {
      await file.write(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), "r");
  await folder.sync();
  await folder.close();
}

/** Deletes the temporary files of runs that were killed while they wrote. One run writes to a folder at a time. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  if (!existsSync(folder)) return;
  const leftovers = (await readdir(folder)).filter(
    (name) => name.startsWith(`${basename(path)}.`) && name.endsWith(".tmp"),
  );
  await Promise.all(leftovers.map((name) => rm(join(folder, name))));
}

/** Reads a checkpoint; null when there is none. A damaged or foreign file is an error, not a fresh start. */
export async function readCheckpoint<Header>(path: string): Promise<Checkpoint<Header> | null> {
  if (!existsSync(path)) return null;
  const damaged = (what: string, cause?: unknown) =>
    new HeedError(
      "checkpoint",
      `${path} ${what}`,
      "delete the file to train from the beginning, or restore a copy",
      { cause },
    );
  const file = await open(path, "r");
  try {
    const { size: total } = await file.stat();
    if (total < 8) throw damaged("is not a complete Heed checkpoint");
    const size = Buffer.alloc(8);
    await file.read(size, 0, 8, 0);
    const headLength = Number(size.readBigUInt64LE());
    if (headLength > total - 8) throw damaged("is not a complete Heed checkpoint");
    const head = Buffer.alloc(headLength);
    await file.read(head, 0, headLength, 8);
    let parsed: { magic: string; header: Header; arrays: { name: string; length: number }[] };
    try {
      parsed = JSON.parse(head.toString(), keptNumber);
    } catch (cause) {
      throw damaged("is not a Heed checkpoint", cause);
    }
    if (parsed.magic !== magic) throw damaged("is not a Heed checkpoint of this version");
    const expected = parsed.arrays.reduce((bytes, { length }) => bytes + length * 4, 8 + headLength);
    if (expected !== total) throw damaged(`is truncated: ${total} bytes of ${expected}`);
    const arrays: Record<string, Float32Array> = {};
    let position = 8 + headLength;
    for (const { name, length } of parsed.arrays) {
      const array = new Float32Array(length);
      await file.read(new Uint8Array(array.buffer), 0, length * 4, position);
      arrays[name] = array;
      position += length * 4;
    }
    return { header: parsed.header, arrays };
  } finally {
    await file.close();
  }
}
