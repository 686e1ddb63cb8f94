import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HeedError } from "../core/errors.js";
import { dataFolder, importers } from "../data/index.js";

/** Where data sets lie, and of those that are not here why, with the remedy. */
export function locate(names: readonly string[]): {
  folders: Map<string, string>;
  missing: Map<string, string>;
} {
  const folders = new Map<string, string>();
  const missing = new Map<string, string>();
  for (const name of names) {
    try {
      folders.set(name, dataFolder(name));
    } catch (error) {
      if (!(error instanceof HeedError && error.code === "no-data")) throw error;
      missing.set(name, error.message);
    }
  }
  return { folders, missing };
}

/** SHA-256 over the files of a data set, names and lengths included. */
export function folderFingerprint(name: string, folder: string): string {
  const hash = createHash("sha256");
  const files = Object.values(importers).find((importer) => importer.name === name)?.files ?? [];
  for (const file of files) {
    const content = readFileSync(join(folder, file));
    hash.update(`${JSON.stringify([file, content.length])}\n`).update(content);
  }
  return hash.digest("hex");
}
