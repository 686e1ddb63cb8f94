import { statSync } from "node:fs";
import { join } from "node:path";
import { HeedError } from "../core/errors.js";
import { type Importer, importers } from "./importers/index.js";
import { knownContents } from "./importers/known-contents.js";
import { dataFolder, dataRoot } from "./resolve.js";

/** A public data set and whether it is here. */
export interface DataSetState {
  name: string;
  licence: string;
  source: string;
  files: readonly string[];
  /** Bytes of the files: as they lie on the disk, else unzipped, as far as they are known. */
  bytes: number | null;
  /** Where it was found, or null. */
  folder: string | null;
  /** Whether it was found inside the package. */
  bundled: boolean;
}

/** Every data set Heed reads, and where it lies. */
export function dataSetStates(): DataSetState[] {
  const all: readonly Importer<unknown>[] = Object.values(importers);
  return all.map(({ name, folder: shared, licence, source, files }) => {
    const folder = found(name);
    return {
      name,
      licence,
      source,
      files,
      bytes:
        folder === null
          ? knownBytes(name)
          : files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0),
      folder,
      bundled: folder !== null && folder !== join(dataRoot(), shared ?? name),
    };
  });
}

function found(name: string): string | null {
  try {
    return dataFolder(name);
  } catch (error) {
    if (error instanceof HeedError && error.code === "no-data") return null;
    throw error;
  }
}

function knownBytes(name: string): number | null {
  const contents = Object.values(knownContents[name] ?? {});
  return contents.length === 0 ? null : contents.reduce((sum, { bytes }) => sum + bytes, 0);
}
