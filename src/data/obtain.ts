import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { HeedError } from "../core/errors.js";
import { knownContents } from "./importers/known-contents.js";
import { dataRoot, importerOf } from "./resolve.js";

export interface ObtainOptions {
  /** Takes files whose content is not the one that recorded figures were measured on. */
  unchecked?: boolean;
  /** Puts the files in the place of those that are there. */
  force?: boolean;
  signal?: AbortSignal;
}

/**
 * Copies a data set from a folder, a file or a URL into the place where Heed looks for it, and returns that place. A file may
 * be there without its .gz. The copy is compared with the known checksums and read once before it takes its place: it is there
 * whole or not at all. Errors: "exists", "file" for a source or place that cannot be read or written, "network", "checksum",
 * and those of the importer.
 */
export async function obtainData(name: string, from: string, options: ObtainOptions = {}): Promise<string> {
  const importer = importerOf(name);
  const folder = join(dataRoot(), importer.folder ?? name);
  const isThere =
    importer.folder === undefined ? existsSync(folder) : existsSync(join(folder, importer.files[0]!));
  if (isThere && !options.force)
    throw new HeedError(
      "exists",
      `${folder} is there already`,
      "use it, or give --force to put another in its place",
    );
  const part = `${folder}.${process.pid}.part`;
  try {
    await writable(part, () => mkdir(part, { recursive: true }));
    for (const file of importer.files) {
      await copy(
        await open(from, file, importer.files.length === 1, options.signal),
        join(part, file),
        options,
      );
      if (!options.unchecked) await check(name, join(part, file), file);
    }
    importer.load(part);
    await writable(folder, () =>
      importer.folder === undefined ? takePlace(part, folder) : moveInto(part, folder, importer.files),
    );
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => {});
  }
  return folder;
}

/** A file that was found, and whether it must be zipped to be what the importer reads. */
interface Source {
  place: string;
  stream: Readable;
  zip: boolean;
}

async function open(from: string, file: string, alone: boolean, signal?: AbortSignal): Promise<Source> {
  const names = [file, ...(file.endsWith(".gz") ? [file.slice(0, -3)] : [])];
  const isUrl = /^https?:\/\//.test(from);
  const places = isUrl ? urls(from, names, alone) : paths(from, names, alone);
  for (const place of places) {
    const stream = isUrl ? await download(place, signal) : existsSync(place) && createReadStream(place);
    if (stream)
      return {
        place,
        stream,
        zip: file.endsWith(".gz") && !new URL(place, "file:/").pathname.endsWith(".gz"),
      };
  }
  throw new HeedError(
    isUrl ? "network" : "file",
    `${file} was not found at ${places.join(" nor at ")}`,
    `give ${alone ? "the file, or " : ""}the folder that holds ${names.join(" or ")}`,
  );
}

function paths(from: string, names: readonly string[], alone: boolean): string[] {
  const isFile = existsSync(from) && statSync(from).isFile();
  return isFile && alone ? [from] : names.map((name) => join(from, name));
}

/** A URL that ends with a slash is a folder; of a data set of one file it may be the file's. */
function urls(from: string, names: readonly string[], alone: boolean): string[] {
  if (alone && !from.endsWith("/")) return [from];
  return names.map((name) => new URL(name, from.endsWith("/") ? from : `${from}/`).href);
}

/** The body of a URL; null where the server has none. */
async function download(url: string, signal?: AbortSignal): Promise<Readable | null> {
  const unreached = (what: string, cause?: unknown) =>
    new HeedError(
      "network",
      `${url} could not be read: ${what}`,
      "check the address and the connection, or copy the files from elsewhere: --from FOLDER",
      { cause },
    );
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (error) {
    const { cause, message } = error as Error;
    throw unreached(cause instanceof Error ? cause.message || String(cause) : message, error);
  }
  if (response.status === 404) return null;
  if (!response.ok || !response.body) throw unreached(`the server answered ${response.status}`);
  return Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
}

async function copy({ place, stream, zip }: Source, path: string, { signal }: ObtainOptions): Promise<void> {
  const steps = [stream, ...(zip ? [createGzip()] : []), createWriteStream(path, { flush: true })];
  try {
    await pipeline(steps, signal ? { signal } : {});
  } catch (cause) {
    throw new HeedError(
      "file",
      `${place} could not be copied: ${(cause as Error).message}`,
      "check the source and the room on the disk, then run it again: nothing was changed",
      { cause },
    );
  }
}

async function check(name: string, path: string, file: string): Promise<void> {
  const known = knownContents[name]?.[file];
  if (!known) return;
  const hash = createHash("sha256");
  try {
    await pipeline([createReadStream(path), ...(path.endsWith(".gz") ? [createGunzip()] : []), hash]);
  } catch (cause) {
    throw new HeedError(
      "file",
      `${file} cannot be unzipped: ${(cause as Error).message}`,
      "get the file again",
      {
        cause,
      },
    );
  }
  const found = hash.digest("hex");
  if (found === known.sha256) return;
  throw new HeedError(
    "checksum",
    `${file} of ${name} is not the known one: its content has SHA-256 ${found}, not ${known.sha256}`,
    "get the file again; if it is another version that you want, give --unchecked (figures will not be comparable)",
  );
}

async function takePlace(part: string, folder: string): Promise<void> {
  const old = `${folder}.${process.pid}.old`;
  const replaced = existsSync(folder);
  if (replaced) await rename(folder, old);
  try {
    await rename(part, folder);
  } catch (error) {
    if (replaced) await rename(old, folder);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** Beside the files of another data set. */
async function moveInto(part: string, folder: string, files: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of files) await rename(join(part, file), join(folder, file));
}

async function writable(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new HeedError(
      "file",
      `${path} cannot be written: ${(cause as Error).message}`,
      "set HEED_DATA to a folder that can be written",
      { cause },
    );
  }
}
