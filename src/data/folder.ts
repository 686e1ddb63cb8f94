import { existsSync } from "node:fs";
import { join } from "node:path";
import { HeedError } from "../core/errors.js";
import { importers } from "./importers/index.js";

/** The folder of a data set: inside the package for MovieTweetings, else below `HEED_DATA` (default `$HEED_HOME/data`). */
export function dataFolder(name: keyof typeof importers): string {
  const home = process.env.HEED_HOME ?? ".heed";
  const root = process.env.HEED_DATA ?? join(home, "data");
  const folder = join(root, name);
  if (existsSync(folder)) return folder;
  if (name === "movietweetings-100k") return new URL("../../assets/movietweetings", import.meta.url).pathname;
  throw new HeedError(
    "no-data",
    `data set ${name} is not in ${root}`,
    `set HEED_DATA to the folder that holds ${name}/ (licence: ${importers[name].licence})`,
  );
}
