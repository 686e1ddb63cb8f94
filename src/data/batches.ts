import { HeedError } from "../core/errors.js";
import { random, shuffle } from "../core/random.js";
import type { CategoricalColumn, NumericColumn } from "./dataset.js";

/**
 * The row numbers of each batch of one epoch. The order depends on (seed, epoch) alone, so a resumed run repeats it.
 * The last batch is shorter when `length` is no multiple of `batchSize`; `dropLast` (default false) leaves it out.
 */
export function* batches(
  length: number,
  options: { batchSize: number; seed: number; epoch: number; shuffle?: boolean; dropLast?: boolean },
): Generator<Int32Array> {
  const { batchSize, seed, epoch, dropLast = false } = options;
  if (!(Number.isInteger(batchSize) && batchSize >= 1)) {
    throw new HeedError("batch-size", `batchSize is ${batchSize}`, "it must be a whole number from 1");
  }
  const order = Int32Array.from({ length }, (_, i) => i);
  if (options.shuffle ?? true) shuffle(order, random(seed, "shuffle", epoch));
  const end = dropLast ? length - (length % batchSize) : length;
  for (let start = 0; start < end; start += batchSize)
    yield order.subarray(start, Math.min(end, start + batchSize));
}

/** Chosen rows of a column, in `out` where it is given and long enough (a view of its first places), else in a new array. */
export function gatherColumn(
  column: CategoricalColumn,
  rows: ArrayLike<number>,
  out?: Int32Array,
): Int32Array;
export function gatherColumn(
  column: NumericColumn,
  rows: ArrayLike<number>,
  out?: Float32Array,
): Float32Array;
export function gatherColumn(
  column: CategoricalColumn | NumericColumn,
  rows: ArrayLike<number>,
  out?: Int32Array | Float32Array,
): Int32Array | Float32Array {
  const { values } = column;
  const reused =
    out && out.length >= rows.length
      ? out
      : new (column.kind === "numeric" ? Float32Array : Int32Array)(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!];
    if (value === undefined) {
      throw new HeedError("row", `there is no row ${rows[i]}`, `rows run from 0 to ${values.length - 1}`);
    }
    reused[i] = value;
  }
  return reused.length === rows.length ? reused : reused.subarray(0, rows.length);
}
