import { random } from "../core/random.js";
import type { SparseTable } from "../tensor/index.js";
import { drawInitial } from "./initialize.js";
import type { Optimizer } from "./optimizer.js";
import { type KernelMemory, type KernelModule, openMemory } from "./row-kernels.js";

/** An embedding table with its optimizer's slots, in shards of consecutive rows, so that its size is unbounded. */
export interface TableStore {
  name: string;
  /** The batch column that names its rows. */
  ids: string;
  rows: number;
  dim: number;
  /** Shards of whole rows, in order; each array stays the same one for the table's life. */
  values: Float32Array[];
  /** By slot of the optimizer, shards like those of the values. */
  slots: Float32Array[][];
  shards: readonly Shard[];
}

/** A shard's memory: its values and slots, and a window through which batch rows go in and out. */
interface Shard {
  memory: KernelMemory;
  first: number;
  rows: number;
  values: number;
  slots: number[];
  windowIds: number;
  windowRows: number;
}

/** Numbers in a window: rows of a table, of two slots and of gradients together fit the second-level cache. */
const windowNumbers = 2 ** 15;

/** Rows drawn from one random stream, whatever the size of a shard. */
const streamRows = 2 ** 20;

/** The largest power of two rows whose values take at most 256 MiB: with two slots far below a memory's 4 GiB. */
function fittingRows(dim: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(2 ** 26 / dim)));
}

/** Allocates a table and draws its values. They depend on the seed alone, not on `shardRows`. */
export function createTable(
  module: KernelModule,
  table: SparseTable,
  optimizer: Optimizer,
  seed: number,
  shardRows = fittingRows(table.dim),
): TableStore {
  const { name, ids, rows, dim } = table;
  const shards = Array.from({ length: Math.ceil(rows / shardRows) }, (_, i) =>
    openShard(module, table, optimizer, i * shardRows, Math.min(shardRows, rows - i * shardRows)),
  );
  const view = (shard: Shard, address: number) => shard.memory.float32(address, shard.rows * dim);
  const values = shards.map((shard) => view(shard, shard.values));
  const slots = optimizer.slots.map((_, slot) => shards.map((shard) => view(shard, shard.slots[slot]!)));
  if (optimizer.initial !== 0) for (const array of slots.flat()) array.fill(optimizer.initial);
  let source = random(seed);
  for (let row = 0, end = 0; row < rows; row = end) {
    const inStream = row % streamRows;
    if (inStream === 0) source = random(seed, "initial", `${name}/${row / streamRows}`);
    const inShard = row % shardRows;
    end = row + Math.min(streamRows - inStream, shardRows - inShard, rows - row);
    const part = values[Math.floor(row / shardRows)]!.subarray(inShard * dim, (inShard + end - row) * dim);
    drawInitial(part, table.initializer, [rows, dim], source);
  }
  return { name, ids, rows, dim, values, slots, shards };
}

function openShard(
  module: KernelModule,
  { name, dim }: SparseTable,
  optimizer: Optimizer,
  first: number,
  rows: number,
): Shard {
  const bytes = rows * dim * 4;
  const window = windowCount(dim);
  const size = window * 4 + window * dim * 4 + bytes * (1 + optimizer.slots.length);
  // Room for every reservation's alignment, so that the memory never grows and its views stay valid.
  const memory = openMemory(module, `table "${name}"`, size + 64 * (3 + optimizer.slots.length));
  return {
    memory,
    first,
    rows,
    windowIds: memory.reserve(window * 4),
    windowRows: memory.reserve(window * dim * 4),
    values: memory.reserve(bytes),
    slots: optimizer.slots.map(() => memory.reserve(bytes)),
  };
}

function windowCount(dim: number): number {
  return Math.max(1, Math.floor(windowNumbers / dim));
}

/** Copies the rows `distinct` (ascending) one after another into `out` [distinct.length, dim]. */
export function readRows(table: TableStore, distinct: Int32Array, out: Float32Array): void {
  const { dim } = table;
  for (const { shard, start, count } of windows(table, distinct)) {
    const { memory, first, windowIds, windowRows } = shard;
    memory.int32(windowIds, count).set(distinct.subarray(start, start + count));
    memory.kernels.gather(windowIds, count, first, dim, shard.values, windowRows);
    out.set(memory.float32(windowRows, count * dim), start * dim);
  }
}

/** One optimizer step on the rows `distinct` (ascending), with `gradients` [distinct.length, dim] times `scale`. */
export function updateRows(
  table: TableStore,
  distinct: Int32Array,
  gradients: Float32Array,
  scale: number,
  optimizer: Optimizer,
  rate: number,
  scalars: readonly number[],
): void {
  const { dim } = table;
  const constants = optimizer.rows.constants(rate, scalars);
  for (const { shard, start, count } of windows(table, distinct)) {
    const { memory, first, windowIds, windowRows } = shard;
    const { kernels } = memory;
    const arrays = [shard.values, ...shard.slots];
    memory.int32(windowIds, count).set(distinct.subarray(start, start + count));
    memory.float32(windowRows, count * dim).set(gradients.subarray(start * dim, (start + count) * dim));
    // Shorter rows are read many at a time anyway.
    if (dim * 4 >= 64) for (const array of arrays) kernels.touch(windowIds, count, first, dim, array);
    kernels[optimizer.rows.kernel](windowIds, count, first, dim, windowRows, scale, ...arrays, ...constants);
  }
}

/** Cuts ascending rows into stretches that lie in one shard and fit its window. */
function* windows(
  table: TableStore,
  distinct: Int32Array,
): Generator<{ shard: Shard; start: number; count: number }> {
  const most = windowCount(table.dim);
  let start = 0;
  for (const shard of table.shards) {
    const end = firstFrom(distinct, shard.first + shard.rows);
    while (start < end) {
      const count = Math.min(most, end - start);
      yield { shard, start, count };
      start += count;
    }
  }
}

/** Where the first of ascending numbers that is at least `limit` stands. */
function firstFrom(ascending: Int32Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
