import { existsSync } from "node:fs";
import { access, constants, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { HeedError } from "../core/errors.js";
import type { OnnxGraph } from "../tensor/index.js";
import { type FileRecord, writeChecked } from "./files.js";
import {
  type BundleDescription,
  type BundleManifest,
  type BundleTable,
  formatVersion,
  graphFile,
} from "./manifest.js";
import type { LookupTable } from "./predictor.js";

/** All that a bundle keeps. */
export interface BundleContent {
  description: BundleDescription;
  /** Absent when the tables say it all. */
  graph?: OnnxGraph;
  /** Tokens in id order, from id 1, by vocabulary. */
  vocabularies: Readonly<Record<string, readonly string[]>>;
  /** Tables outside the graph. */
  tables?: readonly LookupTable[];
}

/**
 * Writes a bundle folder beside its place, all of it on disk, and renames it there: a reader never sees half of one. The
 * one that was there stays as `FOLDER.previous`; a crash between the two renames leaves it there alone, where
 * `loadBundle` finds it. `tableFileBytes` bounds the size of one table file.
 */
export async function saveBundle(
  folder: string,
  content: BundleContent,
  options: { tableFileBytes?: number } = {},
): Promise<void> {
  await checkBundlePlace(folder);
  const temporary = `${resolve(folder)}.${process.pid}.tmp`;
  const previous = `${resolve(folder)}.previous`;
  try {
    await removeLeftovers(folder);
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary);
    const manifest = await writeContent(temporary, content, options.tableFileBytes ?? 2 ** 28);
    await writeFile(join(temporary, "manifest.json"), JSON.stringify(manifest, null, 2), { flush: true });
    await syncFolder(temporary);
    if (existsSync(folder)) {
      await rm(previous, { recursive: true, force: true });
      await rename(folder, previous);
    }
    await rename(temporary, folder);
    await syncFolder(dirname(resolve(folder)));
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    throw unwritable(folder, cause);
  }
}

/**
 * Makes the parent of a bundle's place, and refuses a place that cannot be written or holds something that is no bundle:
 * saving would move it away. Ask before training, not after.
 */
export async function checkBundlePlace(folder: string): Promise<void> {
  try {
    const parent = dirname(resolve(folder));
    await mkdir(parent, { recursive: true });
    await access(parent, constants.W_OK);
    if (!existsSync(folder) || (await readdir(folder)).length === 0) return;
  } catch (cause) {
    throw unwritable(folder, cause);
  }
  if (existsSync(join(folder, "manifest.json"))) return;
  throw new HeedError(
    "bundle",
    `${folder} holds files that are no bundle`,
    "choose a folder that does not exist yet",
  );
}

function unwritable(folder: string, cause: unknown): HeedError {
  return new HeedError(
    "bundle",
    `${folder} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
    "free space or choose another folder; a bundle already there is as it was",
    { cause },
  );
}

async function writeContent(
  folder: string,
  { description, graph, vocabularies, tables = [] }: BundleContent,
  tableFileBytes: number,
): Promise<BundleManifest> {
  const files: Record<string, FileRecord> = {};
  const write = async (name: string, parts: Iterable<Uint8Array>) => {
    files[name] = await writeChecked(join(folder, name), parts);
    return name;
  };
  if (graph) await write(graphFile, [graph.bytes]);
  const written: [string, string][] = [];
  for (const [name, tokens] of Object.entries(vocabularies)) {
    const bytes = Buffer.from(JSON.stringify(tokens));
    written.push([name, await write(`vocabulary-${written.length}.json`, [bytes])]);
  }
  const saved: BundleTable[] = [];
  for (const table of tables) {
    const { name, ids, rows, dim } = table;
    const rowsPerFile = Math.min(rows, Math.max(1, Math.floor(tableFileBytes / (dim * 4))));
    const names: string[] = [];
    for (let start = 0; start < rows; start += rowsPerFile) {
      const part = rowBytes(table, start, Math.min(rows, start + rowsPerFile));
      names.push(await write(`table-${saved.length}-${names.length}.f32`, part));
    }
    saved.push({ name, ids, rows, dim, rowsPerFile, files: names });
  }
  const plain = (signatures: OnnxGraph["inputs"]) => signatures.map((s) => ({ ...s, shape: [...s.shape] }));
  return {
    format: `heed-bundle-${formatVersion}`,
    created: new Date().toISOString(),
    ...description,
    inputs: plain(graph?.inputs ?? []),
    outputs: plain(graph?.outputs ?? []),
    vocabularies: Object.fromEntries(written),
    tables: saved,
    files,
  };
}

/** The bytes of rows `from` to `to` (exclusive), as views of the shards they lie in. */
function* rowBytes(table: LookupTable, from: number, to: number): Generator<Uint8Array> {
  const { dim, values } = table;
  let first = 0;
  for (const shard of values) {
    const rows = shard.length / dim;
    const start = Math.max(from - first, 0);
    const end = Math.min(to - first, rows);
    if (start < end) {
      const view = shard.subarray(start * dim, end * dim);
      yield new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    }
    first += rows;
  }
}

/** Removes what saves of processes that are no more left beside the bundle. */
async function removeLeftovers(folder: string): Promise<void> {
  const parent = dirname(resolve(folder));
  const prefix = `${basename(resolve(folder))}.`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix) || !/^\d+\.tmp$/.test(name.slice(prefix.length))) continue;
    if (!isRunning(Number.parseInt(name.slice(prefix.length), 10)))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else may not be signalled, but it runs.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows knows no folder sync.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
