import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { HeedError } from "../core/errors.js";

/** Writes JSON so that a reader finds the old file or the whole new one. Errors: "file" when it cannot be written. */
export async function writeWhole(path: string, content: object): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "w");
    try {
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new HeedError(
      "file",
      `${path} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
      "check that the folder may be written and has room",
      { cause },
    );
  }
}
