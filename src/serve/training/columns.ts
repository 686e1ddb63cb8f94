import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrainingColumns } from "./request.js";

/*
 * Outcomes go from process to process through files: a message of many millions of them would be copied on the event
 * loop, and every answer would wait for it. The files are read by the machine that wrote them.
 */
const pathOf = (folder: string, column: string) => join(folder, `${column}.column`);

export async function writeColumns(folder: string, columns: TrainingColumns): Promise<void> {
  for (const name of ["user", "item", "at"] as const) await writeFile(pathOf(folder, name), columns[name]);
}

export async function readColumns(folder: string): Promise<TrainingColumns> {
  const read = async <T extends Int32Array | Float64Array>(
    name: keyof TrainingColumns,
    Kind: new (bytes: ArrayBuffer) => T,
  ) => new Kind(new Uint8Array(await readFile(pathOf(folder, name))).buffer);
  return {
    user: await read("user", Int32Array),
    item: await read("item", Int32Array),
    at: await read("at", Float64Array),
  };
}
