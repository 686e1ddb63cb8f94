import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { HeedError } from "../core/errors.js";
import { cutGraph, type RuntimeOptions } from "../tensor/index.js";
import { readChecked } from "./files.js";
import {
  type BundleManifest,
  type BundleTable,
  formatVersion,
  graphFile,
  manifestSchema,
} from "./manifest.js";
import { type LookupTable, openPredictor, type Predictor } from "./predictor.js";

/** An opened bundle: its manifest, its vocabularies (tokens in id order, from id 1) and its graph, ready to run. */
export interface Bundle extends Predictor {
  /** Where it was found: the folder asked for, or `FOLDER.previous` after a save that was cut off. */
  folder: string;
  manifest: BundleManifest;
  vocabularies: Readonly<Record<string, readonly string[]>>;
  /** Tables outside the graph. */
  tables: readonly LookupTable[];
}

export interface LoadOptions extends RuntimeOptions {
  /** The outputs that are wanted of the graph; what only others need is not computed. All of them by default. */
  outputs?: (manifest: BundleManifest) => readonly string[];
}

/**
 * Opens a bundle after checking every file against the manifest. A bundle that is absent, of another version, incomplete
 * or changed is an error that names the file and the remedy.
 */
export async function loadBundle(folder: string, options: LoadOptions = {}): Promise<Bundle> {
  for (let attempt = 1; ; attempt++) {
    const place = bundlePlace(folder);
    const text = await manifestText(place);
    try {
      return await openBundle(place, text, options);
    } catch (error) {
      // A save may have replaced the folder while it was read: then its manifest is another, and the new one is whole.
      const replaced = place !== bundlePlace(folder) || text !== (await manifestText(place));
      if (!replaced || attempt === 10) throw error;
    }
  }
}

function bundlePlace(folder: string): string {
  const previous = `${resolve(folder)}.previous`;
  return !existsSync(folder) && existsSync(previous) ? previous : folder;
}

/** The manifest as written, or null when there is none to read. */
function manifestText(folder: string): Promise<string | null> {
  return readFile(join(folder, "manifest.json"), "utf8").catch(() => null);
}

async function openBundle(folder: string, text: string | null, options: LoadOptions): Promise<Bundle> {
  const fault = (what: string) => bundleFault(folder, what);
  if (text === null) {
    throw new HeedError(
      "bundle",
      existsSync(folder)
        ? `${folder} holds no manifest.json that can be read`
        : `there is no bundle ${folder}`,
      "give the folder that `heed train --out FOLDER` wrote",
    );
  }
  const manifest = parseManifest(folder, text);
  const read = async (name: string) => {
    const record = manifest.files[name];
    if (!record) throw fault(`manifest.json does not list ${name}`);
    return readChecked(folder, name, record, fault);
  };
  const vocabularies: Record<string, readonly string[]> = {};
  for (const [name, file] of Object.entries(manifest.vocabularies)) {
    vocabularies[name] = tokensOf(await read(file), () => fault(`${file} is no list of tokens`));
  }
  const tables: LookupTable[] = [];
  for (const table of manifest.tables) tables.push(await readTable(table, read, fault));
  const predictor = manifest.files[graphFile] ? await openGraph() : withoutGraph(folder);
  return { ...predictor, folder, manifest, vocabularies, tables };

  async function openGraph(): Promise<Predictor> {
    const { inputs, outputs } = manifest;
    const { outputs: wanted, ...runtime } = options;
    const whole = { bytes: await read(graphFile), inputs, outputs };
    const open = async () =>
      openPredictor(wanted ? cutGraph(whole, wanted(manifest)) : whole, tables, runtime);
    return open().catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : cause;
      throw bundleFault(folder, `${graphFile} cannot be opened: ${reason}`, cause);
    });
  }
}

/** What a bundle of tables alone can do: nothing has to run. */
function withoutGraph(folder: string): Predictor {
  return {
    run: () => Promise.reject(bundleFault(folder, "it has tables only, and no graph to run")),
    async release() {},
  };
}

function bundleFault(folder: string, what: string, cause?: unknown): HeedError {
  const previous = `${resolve(folder)}.previous`;
  const rollback = existsSync(previous) ? `, or use the one before it: ${previous}` : "";
  return new HeedError(
    "bundle",
    `${folder}: ${what}`,
    `train again, or restore the folder from a copy${rollback}`,
    {
      cause,
    },
  );
}

function parseManifest(folder: string, text: string): BundleManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bundleFault(folder, "manifest.json is truncated or not JSON", cause);
  }
  const format = typeof json === "object" && json !== null && "format" in json ? String(json.format) : "";
  const version = Number(/^heed-bundle-(\d+)$/.exec(format)?.[1]);
  if (Number.isNaN(version)) throw bundleFault(folder, "manifest.json is not a Heed bundle's");
  if (version !== formatVersion) {
    const newer = version > formatVersion;
    throw new HeedError(
      "bundle",
      `${folder}: manifest.json has format version ${version}, this Heed reads version ${formatVersion}`,
      newer ? "upgrade Heed, or train again with this version" : "train again with this version",
    );
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw bundleFault(folder, `manifest.json is not valid: ${z.prettifyError(parsed.error)}`, parsed.error);
}

function tokensOf(bytes: Uint8Array, fault: () => Error): readonly string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    throw fault();
  }
}

async function readTable(
  table: BundleTable,
  read: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
  fault: (what: string) => Error,
): Promise<LookupTable> {
  const { name, ids, rows, dim, rowsPerFile } = table;
  if (table.files.length !== Math.ceil(rows / rowsPerFile))
    throw fault(`manifest.json lists ${table.files.length} files for the ${rows} rows of table "${name}"`);
  const values: Float32Array[] = [];
  for (const [i, file] of table.files.entries()) {
    const bytes = await read(file);
    const expected = Math.min(rowsPerFile, rows - i * rowsPerFile) * dim * 4;
    if (bytes.length !== expected)
      throw fault(`${file} holds ${bytes.length} bytes, table "${name}" needs ${expected} there`);
    values.push(new Float32Array(bytes.buffer));
  }
  return { name, ids, rows, dim, values };
}
