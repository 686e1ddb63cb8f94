import { existsSync } from "node:fs";
import { join } from "node:path";

/** The folder of one public dataset below `HEED_DATA`, or null when it is not on this machine. */
export function datasetFolder(name: string): string | null {
  const root = process.env.HEED_DATA;
  if (!root) return null;
  const folder = join(root, name);
  return existsSync(folder) ? folder : null;
}
