import { HeedError } from "../../core/errors.js";
import type { SequenceColumn } from "../dataset.js";
import { ragged } from "../sequences.js";
import { readText } from "../text.js";

/** Reads `{"item": [attribute, ...]}`, items 1..`items`, attributes from 1: one list an item id, row 0 blank. */
export function readAttributes(path: string, items: number): SequenceColumn {
  const lists = Array.from({ length: items + 1 }, (): number[] => []);
  for (const [item, attributes] of Object.entries(parseObject(path))) {
    const id = Number(item);
    if (!(Number.isInteger(id) && id >= 1 && id <= items)) {
      throw wrong(path, item, `the item must be one of the sequences, 1..${items}`);
    }
    if (!Array.isArray(attributes) || !attributes.every((a) => Number.isInteger(a) && a >= 1)) {
      throw wrong(path, item, "its attributes must be a list of whole numbers from 1");
    }
    lists[id] = attributes;
  }
  return ragged(lists);
}

function parseObject(path: string): object {
  const text = readText(path);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return parsed;
  } catch (cause) {
    throw new HeedError("file", `${path} is not JSON: ${(cause as Error).message}`, "copy the file again", {
      cause,
    });
  }
  throw new HeedError("file", `${path} is not a JSON object`, "copy the file again");
}

function wrong(path: string, item: string, rule: string): HeedError {
  return new HeedError("cell", `${path}: item "${item}" is not as expected`, `${rule}; mend or remove it`);
}
