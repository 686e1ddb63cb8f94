import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";

/** What the manifest remembers of a file. */
export interface FileRecord {
  bytes: number;
  sha256: string;
}

/** Bytes moved at once, so that a file of any size costs no memory beyond its content. */
const chunk = 2 ** 24;

/** Writes parts one after another as one file on disk for good, and returns its size and checksum. */
export async function writeChecked(path: string, parts: Iterable<Uint8Array>): Promise<FileRecord> {
  const hash = createHash("sha256");
  const file = await open(path, "wx");
  let bytes = 0;
  try {
    for (const part of parts) {
      for (let start = 0; start < part.length; start += chunk) {
        const piece = part.subarray(start, start + chunk);
        await writeAll(file, piece);
        hash.update(piece);
      }
      bytes += part.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten;
}

/** Reads a file that must have the size and checksum recorded of it; `fault` makes the error that says what is wrong. */
export async function readChecked(
  folder: string,
  name: string,
  record: FileRecord,
  fault: (what: string) => Error,
): Promise<Uint8Array<ArrayBuffer>> {
  const found = await stat(join(folder, name)).catch(() => null);
  if (!found?.isFile()) throw fault(`${name} is missing`);
  if (found.size < record.bytes) throw fault(`${name} is truncated: ${found.size} bytes of ${record.bytes}`);
  const differs = `${name} is damaged or not this bundle's`;
  if (found.size > record.bytes)
    throw fault(`${differs}: it has ${found.size} bytes, the manifest says ${record.bytes}`);
  const content = new Uint8Array(record.bytes);
  const hash = createHash("sha256");
  const file = await open(join(folder, name), "r");
  try {
    for (let done = 0; done < content.length; ) {
      const { bytesRead } = await file.read(content, done, Math.min(chunk, content.length - done), done);
      if (bytesRead === 0) throw fault(`${name} is truncated: ${done} bytes of ${record.bytes}`);
      hash.update(content.subarray(done, done + bytesRead));
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  if (hash.digest("hex") !== record.sha256)
    throw fault(`${differs}: its checksum differs from the manifest's`);
  return content;
}
