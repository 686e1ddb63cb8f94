import { HeedError } from "../core/errors.js";
import type { SparseTable } from "../tensor/index.js";
import { initialize } from "./initialize.js";
import type { Optimizer } from "./optimizer.js";

/** Rows per shard: 2^20 rows of dim 64 are 256 MiB, so that no single array nears the 4 GiB limit of a buffer. */
const shardBits = 20;

/** An embedding table with its optimizer's slots, in shards of 2^20 rows, so that its total size is unbounded. */
export interface TableStore {
  name: string;
  ids: string;
  rows: number;
  dim: number;
  values: Float32Array[];
  slots: Float32Array[][];
  /** Scratch: the batch's distinct rows, where each row stands among them, and their summed gradients. */
  distinct: Int32Array;
  place: Int32Array;
  gradients: Float32Array;
  count: number;
}

export function createTable(table: SparseTable, optimizer: Optimizer, seed: number): TableStore {
  const values: Float32Array[] = [];
  const slots: Float32Array[][] = optimizer.slots.map(() => []);
  for (let start = 0, shard = 0; start < table.rows; start += 2 ** shardBits, shard++) {
    const rows = Math.min(2 ** shardBits, table.rows - start);
    const data = new Float32Array(rows * table.dim);
    initialize(data, table.initializer, [rows, table.dim], seed, `${table.name}/${shard}`);
    values.push(data);
    for (const slot of slots) slot.push(new Float32Array(rows * table.dim).fill(optimizer.initial));
  }
  return {
    name: table.name,
    ids: table.ids,
    rows: table.rows,
    dim: table.dim,
    values,
    slots,
    distinct: new Int32Array(0),
    place: new Int32Array(table.rows).fill(-1),
    gradients: new Float32Array(0),
    count: 0,
  };
}

/** Copies the rows named by `ids` one after another into `out` [ids.length, dim]. */
export function gatherRows(table: TableStore, ids: Int32Array, out: Float32Array): void {
  const { dim, values, rows } = table;
  const mask = 2 ** shardBits - 1;
  for (let i = 0, to = 0; i < ids.length; i++, to += dim) {
    const id = ids[i]!;
    if (id < 0 || id >= rows) {
      throw new HeedError(
        "row",
        `row ${id} of table "${table.name}"`,
        `ids run from 0 to ${rows - 1}; encode with the training vocabulary`,
      );
    }
    const shard = values[id >>> shardBits]!;
    const from = (id & mask) * dim;
    for (let d = 0; d < dim; d++) out[to + d] = shard[from + d]!;
  }
}

/**
 * Sums the gradients [ids.length, dim] of equal rows and adds `penalty` times the row itself once (the lazy L2: rows of
 * the batch only). Returns the sum of squares, for clipping by global norm. Call `applyRows` or `discard` next.
 */
export function accumulateRows(
  table: TableStore,
  ids: Int32Array,
  upstream: Float32Array,
  penalty: number,
): number {
  const { dim, place } = table;
  if (table.distinct.length < ids.length) {
    table.distinct = new Int32Array(ids.length);
    table.gradients = new Float32Array(ids.length * dim);
  }
  const { distinct, gradients } = table;
  let count = 0;
  for (let i = 0, from = 0; i < ids.length; i++, from += dim) {
    const id = ids[i]!;
    const seen = place[id]!;
    if (seen < 0) {
      place[id] = count;
      distinct[count] = id;
      const to = count++ * dim;
      for (let d = 0; d < dim; d++) gradients[to + d] = upstream[from + d]!;
    } else {
      const to = seen * dim;
      for (let d = 0; d < dim; d++) gradients[to + d] = gradients[to + d]! + upstream[from + d]!;
    }
  }
  table.count = count;
  let squares = 0;
  const mask = 2 ** shardBits - 1;
  for (let slot = 0, at = 0; slot < count; slot++, at += dim) {
    const id = distinct[slot]!;
    place[id] = -1;
    const shard = table.values[id >>> shardBits]!;
    const from = (id & mask) * dim;
    for (let d = 0; d < dim; d++) {
      const g = gradients[at + d]! + penalty * shard[from + d]!;
      gradients[at + d] = g;
      squares += g * g;
    }
  }
  return squares;
}

/** One optimizer step on the rows gathered by `accumulateRows`, their gradients scaled by `scale`. */
export function applyRows(
  table: TableStore,
  optimizer: Optimizer,
  rate: number,
  scalars: readonly number[],
  scale: number,
): void {
  const { dim, distinct, gradients, count } = table;
  if (scale !== 1) for (let i = 0; i < count * dim; i++) gradients[i] = gradients[i]! * scale;
  const mask = 2 ** shardBits - 1;
  const shardSlots = table.values.map((_, shard) => table.slots.map((slot) => slot[shard]!));
  for (let slot = 0; slot < count; slot++) {
    const id = distinct[slot]!;
    const shard = id >>> shardBits;
    optimizer.updateRow(
      table.values[shard]!,
      shardSlots[shard]!,
      (id & mask) * dim,
      gradients,
      slot * dim,
      dim,
      rate,
      scalars,
    );
  }
}
