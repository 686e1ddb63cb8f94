import { existsSync } from "node:fs";
import { join } from "node:path";
import { HeedError } from "../../core/errors.js";
import type { SequenceColumn } from "../dataset.js";
import { ragged } from "../sequences.js";
import { readLines } from "../text.js";

/** One list of item ids a user, in time order; items run from 1. */
export interface SequenceData {
  name: string;
  items: number;
  sequences: SequenceColumn;
  /** By item id, where the folder has them; place 0 is unused. */
  titles?: string[];
}

/** Reads a folder of `sequences.txt.gz` (a line a user: user item item ...), such as ml-1m-seq or amazon-beauty-seq. */
export function loadSequences(folder: string, name: string): SequenceData {
  const path = join(folder, "sequences.txt.gz");
  const lists = readLines(path).map((line, i) => {
    const ids = Int32Array.from(line.trim().split(" ").slice(1), Number);
    if (ids.some((id) => !(id >= 1))) {
      throw new HeedError(
        "cell",
        `${path}, line ${i + 1}: an item id is not a whole number from 1`,
        "mend or remove the line",
      );
    }
    return ids;
  });
  if (lists.length === 0)
    throw new HeedError("empty", `${path} has no sequences`, "check that the file is complete");
  const sequences = ragged(lists);
  const titles = join(folder, "items.tsv.gz");
  if (!existsSync(titles)) return { name, items: sequences.size - 1, sequences };
  const byId = new Array<string>(sequences.size).fill("");
  for (const line of readLines(titles).slice(1)) {
    const [id, , title] = line.split("\t");
    byId[Number(id)] = title ?? "";
  }
  return { name, items: sequences.size - 1, sequences, titles: byId };
}
