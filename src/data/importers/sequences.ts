import { HeedError } from "../../core/errors.js";
import type { SequenceColumn } from "../dataset.js";
import { ragged } from "../sequences.js";
import { readLines } from "../text.js";

/** One list of item ids a user, in time order. Row `i` is user `i + 1`; items run from 1. */
export interface SequenceData {
  name: string;
  /** Number of users. */
  users: number;
  /** Number of items. */
  items: number;
  sequences: SequenceColumn;
  /** Item names by id, place 0 blank, where the source has them; else an item is called by its number. */
  names?: readonly string[];
  /** By item id, where the source has them; place 0 is blank. */
  titles?: string[];
  /** Attribute ids of each item (from 1; row 0 is blank), where the source has them. */
  attributes?: SequenceColumn;
}

/**
 * Reads `user item item ...`, one line a user, users in the order of lines; the file numbers users and items from `first`
 * (1, unless given), the result from 1. A line that is not so is an error that names it.
 */
export function readSequences(path: string, name: string, first: 0 | 1 = 1): SequenceData {
  const lists = readLines(path).map((line, i) => {
    const cells = line.trim().split(" ");
    if (cells[0] !== `${i + first}`)
      throw badLine(
        path,
        i,
        `the user is "${cells[0]}"`,
        `it must be ${i + first}: one line a user, in order`,
      );
    if (cells.length === 1) throw badLine(path, i, "there are no items", "each user needs at least one item");
    const ids = new Int32Array(cells.length - 1);
    for (let j = 1; j < cells.length; j++) {
      const id = Number(cells[j]);
      if (!(Number.isInteger(id) && id >= first && id < 2 ** 31 - 1)) {
        throw badLine(path, i, `item ${j} is "${cells[j]}"`, `it must be a whole number from ${first}`);
      }
      ids[j - 1] = id + 1 - first;
    }
    return ids;
  });
  if (lists.length === 0)
    throw new HeedError("empty", `${path} has no rows`, "check that the file is complete; copy it again");
  const sequences = ragged(lists);
  return { name, users: lists.length, items: sequences.size - 1, sequences };
}

function badLine(path: string, line: number, what: string, rule: string): HeedError {
  return new HeedError("cell", `${path}, line ${line + 1}: ${what}`, `${rule}; mend or remove the line`);
}
