import { HeedError } from "../core/errors.js";
import type { SequenceColumn } from "./dataset.js";

/**
 * Packs lists of ids into one ragged column. `size` is the largest id plus one unless given. Ids are whole numbers from
 * 1; another is an error that names the list.
 */
export function ragged(lists: readonly ArrayLike<number>[], size?: number): SequenceColumn {
  const offsets = new Int32Array(lists.length + 1);
  for (let i = 0; i < lists.length; i++) offsets[i + 1] = offsets[i]! + lists[i]!.length;
  const values = new Int32Array(offsets.at(-1)!);
  const limit = size ?? 2 ** 31 - 1;
  let largest = 0;
  for (let i = 0; i < lists.length; i++) {
    const list = lists[i]!;
    for (let j = 0; j < list.length; j++) {
      const id = list[j]!;
      if (!(Number.isInteger(id) && id >= 1 && id < limit)) {
        throw new HeedError(
          "sequence",
          `list ${i} has the id ${id}`,
          `ids are whole numbers in 1..${limit - 1}; 0 is padding`,
        );
      }
      values[offsets[i]! + j] = id;
      if (id > largest) largest = id;
    }
  }
  return { kind: "sequence", values, offsets, size: size ?? largest + 1 };
}

/** Number of rows of a ragged column. */
export function rowsOf(column: SequenceColumn): number {
  return column.offsets.length - 1;
}

/** One row, as a view; a row there is not is an error. */
export function row(column: SequenceColumn, index: number): Int32Array {
  if (!(index >= 0 && index < rowsOf(column))) {
    throw new HeedError("row", `there is no row ${index}`, `rows run from 0 to ${rowsOf(column) - 1}`);
  }
  return column.values.subarray(column.offsets[index]!, column.offsets[index + 1]!);
}

/** How a list is fitted into a fixed length. */
export interface Padding {
  /** Where the zeros go; the default is "left", so that the latest id stands last. */
  side?: "left" | "right";
  /** Which ids of a list too long are kept; the default is "last". */
  keep?: "last" | "first";
}

/** Writes a sequence into `out` at `at`, padded with 0 to `length`; a longer one keeps its last (or first) ids. */
export function padInto(
  out: Int32Array,
  at: number,
  length: number,
  ids: Int32Array,
  options: Padding = {},
): void {
  const { side = "left", keep = "last" } = options;
  const kept =
    ids.length <= length
      ? ids
      : keep === "last"
        ? ids.subarray(ids.length - length)
        : ids.subarray(0, length);
  out.fill(0, at, at + length);
  out.set(kept, side === "left" ? at + length - kept.length : at);
}

/** Chosen rows as one row-major matrix [rows, length], padded with 0; see `padInto`. */
export function pad(
  column: SequenceColumn,
  rows: ArrayLike<number>,
  length: number,
  options: Padding = {},
): Int32Array {
  const out = new Int32Array(rows.length * length);
  for (let i = 0; i < rows.length; i++) padInto(out, i * length, length, row(column, rows[i]!), options);
  return out;
}
