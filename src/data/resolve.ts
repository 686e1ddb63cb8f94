import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HeedError, nearest } from "../core/errors.js";
import { type Importer, importers } from "./importers/index.js";

/** Data sets whose licence lets them ship in the package. */
const bundled: Readonly<Record<string, string>> = { "movietweetings-100k": "../../assets/movietweetings" };

/**
 * The folder of a data set: below `HEED_DATA`, or below `$HEED_HOME/data` when that is not set (`HEED_HOME` is `.heed`
 * unless set), else inside the package. One that is in none of them, or lacks a file, is an error that says how to get it.
 */
export function dataFolder(name: string): string {
  const importer = importerOf(name);
  const root = dataRoot();
  const folder = join(root, importer.folder ?? name);
  const absent = importer.files.filter((file) => !existsSync(join(folder, file)));
  if (absent.length === 0) return folder;
  const inside = bundled[name];
  if (inside && !existsSync(folder)) return fileURLToPath(new URL(inside, import.meta.url));
  throw new HeedError(
    "no-data",
    existsSync(folder) ? `${folder} lacks ${absent.join(" and ")}` : `data set ${name} is not in ${root}`,
    `get ${importer.files.join(" and ")} (${importer.source}; licence: ${importer.licence}) into ` +
      `${folder} (heed data get ${name} --from FOLDER or URL), or set HEED_DATA to the folder that holds ${name}/`,
  );
}

/** The folder that holds data sets, each in a folder of its name. A variable set to nothing counts as not set. */
export function dataRoot(): string {
  return process.env.HEED_DATA || join(process.env.HEED_HOME || ".heed", "data");
}

/** The importer of a data set. Errors: "unknown-data" with the nearest name. */
export function importerOf(name: string): Importer<unknown> {
  const names = Object.keys(importers);
  const importer = Object.values(importers).find((known) => known.name === name);
  if (importer) return importer;
  const near = nearest(name, names);
  const known = `the data sets are ${names.join(", ")}`;
  throw new HeedError(
    "unknown-data",
    `there is no data set "${name}"`,
    near ? `did you mean "${near}"? ${known}` : known,
  );
}
