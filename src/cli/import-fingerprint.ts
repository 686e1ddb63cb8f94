import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { parseMapping, RowKind } from "../store/files/index.js";

/** Tells this import from every other: the file's contents and how its rows are read, as 24 hexadecimal digits. */
export async function fingerprintOf(
  path: string,
  kind: RowKind,
  mapping: ReturnType<typeof parseMapping>,
): Promise<string> {
  const hash = createHash("sha256");
  const entries = Object.entries(mapping).sort(([a], [b]) => (a < b ? -1 : 1));
  hash.update(`${JSON.stringify([kind, entries])}\n`);
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex").slice(0, 24);
}
