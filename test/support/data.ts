import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** The folder of one public dataset below `HEED_DATA`, or null when it is not on this machine. */
export function datasetFolder(name: string): string | null {
  const root = process.env.HEED_DATA;
  if (!root) return null;
  const folder = join(root, name);
  return existsSync(folder) ? folder : null;
}

/**
 * A folder for `HEED_DATA` with the first `rows` ratings of the MovieTweetings sample in it: real people, small enough
 * to train on within a test.
 */
export function sampleOf(rows: number): string {
  const root = mkdtempSync(join(tmpdir(), "heed-sample-"));
  const folder = join(root, "movietweetings-100k");
  mkdirSync(folder);
  const ratings = gunzipSync(readFileSync("assets/movietweetings/ratings.dat.gz")).toString().split("\n");
  writeFileSync(join(folder, "ratings.dat.gz"), gzipSync(`${ratings.slice(0, rows).join("\n")}\n`));
  copyFileSync("assets/movietweetings/movies.dat.gz", join(folder, "movies.dat.gz"));
  return root;
}
