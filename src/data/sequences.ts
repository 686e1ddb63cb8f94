import { HeedError } from "../core/errors.js";
import type { SequenceColumn } from "./dataset.js";

/** Packs lists of ids (from 1) into one ragged column. `size` is the largest id plus one unless given. */
export function ragged(lists: readonly ArrayLike<number>[], size?: number): SequenceColumn {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i]! + list.length;
  });
  const values = new Int32Array(offsets.at(-1)!);
  lists.forEach((list, i) => {
    values.set(list, offsets[i]!);
  });
  const largest = values.reduce((top, id) => Math.max(top, id), 0);
  const smallest = values.reduce((low, id) => Math.min(low, id), 1);
  if (smallest < 1 || (size !== undefined && largest >= size)) {
    throw new HeedError(
      "sequence",
      `ids run from ${smallest} to ${largest}`,
      `ids must lie in 1..${(size ?? 2 ** 31) - 1}; 0 is padding`,
    );
  }
  return { kind: "sequence", values, offsets, size: size ?? largest + 1 };
}

export function rowsOf(column: SequenceColumn): number {
  return column.offsets.length - 1;
}

/** One row, as a view. */
export function row(column: SequenceColumn, index: number): Int32Array {
  return column.values.subarray(column.offsets[index]!, column.offsets[index + 1]!);
}

/** Writes a sequence into `out` at `at`, padded with 0 to `length`; a longer one keeps its last (or first) ids. */
export function padInto(
  out: Int32Array,
  at: number,
  length: number,
  ids: Int32Array,
  options: { side?: "left" | "right"; keep?: "last" | "first" } = {},
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

/** Leave-one-out: the last id is the test target, the one before it the validation target; rows too short have target 0. */
export function leaveOneOut(column: SequenceColumn): {
  train: SequenceColumn;
  validation: Int32Array;
  test: Int32Array;
} {
  const rows = rowsOf(column);
  const validation = new Int32Array(rows);
  const test = new Int32Array(rows);
  const train = Array.from({ length: rows }, (_, i) => {
    const ids = row(column, i);
    if (ids.length < 3) return ids;
    validation[i] = ids.at(-2)!;
    test[i] = ids.at(-1)!;
    return ids.subarray(0, -2);
  });
  return { train: ragged(train, column.size), validation, test };
}
