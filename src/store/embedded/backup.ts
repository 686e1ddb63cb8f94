import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { HeedError } from "../../core/errors.js";
import type { BackupManifest } from "../store.js";
import { type Database, openInstance, rows } from "./database.js";
import { checksums, copyFolder, writeAtomically } from "./files.js";
import type { FileRegistry } from "./registry.js";
import { fileSize } from "./segments.js";

export const databaseName = "heed.duckdb";
const manifestName = "backup.json";

/** Copies a database into a new file, as one transaction saw it: space that deleted rows held is not in the copy. */
async function copyDatabase(connection: DuckDBConnection, target: string): Promise<void> {
  const [[name]] = (await rows(connection, "SELECT current_database()")) as [[string]];
  await connection.run(`ATTACH '${target.replaceAll("'", "''")}' AS copied`);
  try {
    await connection.run(`COPY FROM DATABASE "${name.replaceAll('"', '""')}" TO copied`);
  } finally {
    await connection.run("DETACH copied");
  }
}

/** Puts a copy without deleted rows in the database's place. Appends go on; what was not copied waits until after it. */
export async function compactDatabase(database: Database): Promise<{ before: number; after: number }> {
  const before = fileSize(database.path);
  const draft = `${database.path}.draft`;
  const clear = () => Promise.all([rm(draft, { force: true }), rm(`${draft}.wal`, { force: true })]);
  await clear();
  try {
    await database.exchange(async (connection) => {
      await copyDatabase(connection, draft);
      // With nothing left in the old file's own log, exchanging the files is one rename.
      await connection.run("CHECKPOINT");
      return async () => {
        if (fileSize(`${database.path}.wal`) === 0) await rename(draft, database.path);
      };
    });
  } finally {
    await clear();
  }
  return { before, after: fileSize(database.path) };
}

/** Writes a backup into a folder that does not exist yet or is empty, and reads it again before it says that there is one. */
export async function writeBackup(
  parts: { database: Database; registry: FileRegistry; settle: () => Promise<number>; now: () => number },
  folder: string,
): Promise<BackupManifest> {
  if (existsSync(folder) && !(await isEmptyFolder(folder))) {
    throw new HeedError("exists", `${folder} exists already`, "name a folder that does not exist yet");
  }
  await parts.settle();
  const draft = `${folder}.draft`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
  } catch (cause) {
    throw new HeedError(
      "folder-invalid",
      `${folder} cannot be made: ${cause instanceof Error ? cause.message : cause}`,
      "name a folder in one that exists and can be written",
      { cause },
    );
  }
  try {
    await parts.database.maintain((connection) => copyDatabase(connection, join(draft, databaseName)));
    await parts.registry.copyTo(join(draft, "registry"));
    const { head, events } = await inspect(join(draft, databaseName));
    const manifest: BackupManifest = {
      specification: "heed-backup/1",
      created: new Date(parts.now()).toISOString(),
      head,
      events,
      files: await checksums(draft),
    };
    await writeAtomically(join(draft, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    if (existsSync(folder)) await rmdir(folder);
    await rename(draft, folder);
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function isEmptyFolder(path: string): Promise<boolean> {
  return statSync(path).isDirectory() && (await readdir(path)).length === 0;
}

/**
 * Puts a backup into a folder that holds no store, after checking every file against its checksum, and counts its events
 * again. Nothing is changed when something is wrong.
 */
export async function restoreBackup(backup: string, folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(backup);
  for (const name of [databaseName, "log", "registry"]) {
    if (existsSync(join(folder, name))) {
      throw new HeedError(
        "exists",
        `${join(folder, name)} exists: restoring would overwrite it`,
        "restore into an empty folder, or move the old one away",
      );
    }
  }
  const found = await checksums(backup);
  const wrong = Object.keys(manifest.files).find((path) => found[path] !== manifest.files[path]);
  if (wrong !== undefined) {
    throw new HeedError(
      "damaged",
      `${join(backup, wrong)} ${wrong in found ? "is not what was backed up" : "is missing"}`,
      "use another backup",
    );
  }
  const draft = join(folder, "restore.draft");
  await rm(draft, { recursive: true, force: true });
  await copyFolder(backup, draft);
  const { head, events } = await inspect(join(draft, databaseName));
  if (head !== manifest.head || events !== manifest.events) {
    await rm(draft, { recursive: true, force: true });
    throw new HeedError(
      "damaged",
      `the backup holds ${events} events up to ${head}; its manifest says ${manifest.events} up to ${manifest.head}`,
      "use another backup",
    );
  }
  // The database goes last: without it there is no store, and restoring can be tried again.
  if (existsSync(join(draft, "registry"))) await rename(join(draft, "registry"), join(folder, "registry"));
  await rename(join(draft, databaseName), join(folder, databaseName));
  await rm(draft, { recursive: true, force: true });
  return manifest;
}

async function readManifest(backup: string): Promise<BackupManifest> {
  const path = join(backup, manifestName);
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(await readFile(path, "utf8")) as BackupManifest;
  } catch (cause) {
    throw new HeedError("not-a-backup", `${path} cannot be read`, "name a folder that heed backup wrote", {
      cause,
    });
  }
  if (manifest.specification !== "heed-backup/1") {
    throw new HeedError(
      "newer",
      `${path} has specification ${JSON.stringify(manifest.specification)}; this Heed reads heed-backup/1`,
      "restore it with the Heed that wrote it",
    );
  }
  return manifest;
}

async function inspect(path: string): Promise<{ head: number; events: number }> {
  const instance = await openInstance(path, { readOnly: true });
  try {
    const connection = await instance.connect();
    const [[loaded]] = (await rows(connection, "SELECT value FROM meta WHERE name = 'loaded'")) as [[string]];
    const [[events]] = (await rows(connection, "SELECT count(*) FROM events")) as [[bigint]];
    connection.closeSync();
    return { head: Number(loaded), events: Number(events) };
  } finally {
    instance.closeSync();
  }
}
