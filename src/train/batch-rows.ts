import { HeedError } from "../core/errors.js";
import type { Value } from "../tensor/index.js";
import type { Optimizer } from "./optimizer.js";
import { type KernelMemory, type KernelModule, openMemory } from "./row-kernels.js";
import { readRows, type TableStore, updateRows } from "./sparse-table.js";

/**
 * The table rows that one batch reads, between the tables and the graph. Everything it returns belongs to it and is
 * overwritten by the next `gather`.
 */
export interface BatchRows {
  /**
   * Copies the rows named by the batch's columns: a feed [...ids, dim] for every table. Throws, before anything is
   * changed, when an id is outside its table.
   */
  gather(feeds: Readonly<Record<string, Value>>): Record<string, Value>;
  /** By table: where the graph is to write the gradient of what `gather` returned. */
  gradients(): Record<string, Float32Array>;
  /**
   * Sums the gradients of equal rows, and adds `penalty` times the row itself once: the lazy L2, on rows of the batch
   * only.
   */
  sum(penalty: number): void;
  /** The sum of squares of the summed gradients, for clipping by global norm. */
  squares(): number;
  /** One optimizer step on the tables' rows, with the summed gradients times `scale`. */
  update(optimizer: Optimizer, rate: number, scalars: readonly number[], scale: number): void;
}

/** The distinct ids of one batch column, shared by the tables that read it; arrays as addresses. */
interface Column {
  length: number;
  count: number;
  distinct: number;
  starts: number;
  order: number;
  place: number;
}

/** One table's rows: of every distinct id, of every place in the batch, and the gradients of both. */
interface Rows {
  table: TableStore;
  column: Column;
  distinctRows: number;
  distinctGradients: number;
  batchRows: number;
  batchGradients: number;
}

export function openBatchRows(module: KernelModule, tables: readonly TableStore[]): BatchRows {
  const memory = openMemory(module, "the embedding rows of one batch");
  const { kernels } = memory;
  let current: Rows[] = [];

  return {
    gather(feeds) {
      memory.reset();
      const columns = new Map<string, Column>();
      for (const { ids } of tables) {
        if (!columns.has(ids)) columns.set(ids, readColumn(memory, ids, feeds[ids], tables));
      }
      current = tables.map((table) => reserveRows(memory, table, columns.get(table.ids)!));
      const found: Record<string, Value> = {};
      for (const { table, column, distinctRows, batchRows } of current) {
        const { dim, name, ids } = table;
        readRows(
          table,
          memory.int32(column.distinct, column.count),
          memory.float32(distinctRows, column.count * dim),
        );
        kernels.gather(column.place, column.length, 0, dim, distinctRows, batchRows);
        const data = memory.float32(batchRows, column.length * dim);
        found[name] = { data, shape: [...feeds[ids]!.shape, dim] };
      }
      return found;
    },
    gradients() {
      return Object.fromEntries(
        current.map(({ table, column, batchGradients }) => [
          table.name,
          memory.float32(batchGradients, column.length * table.dim),
        ]),
      );
    },
    sum(penalty) {
      for (const { table, column, distinctRows, distinctGradients, batchGradients } of current) {
        const { order, starts, count } = column;
        kernels.sum(order, starts, count, table.dim, batchGradients, distinctGradients);
        if (penalty !== 0) kernels.penalize(distinctGradients, distinctRows, count * table.dim, penalty);
      }
    },
    squares() {
      let total = 0;
      for (const { table, column, distinctGradients } of current)
        total += kernels.squares(distinctGradients, column.count * table.dim);
      return total;
    },
    update(optimizer, rate, scalars, scale) {
      for (const { table, column, distinctGradients } of current) {
        const distinct = memory.int32(column.distinct, column.count);
        const gradients = memory.float32(distinctGradients, column.count * table.dim);
        updateRows(table, distinct, gradients, scale, optimizer, rate, scalars);
      }
    },
  };
}

/** Finds the distinct ids of a column, after checking them against every table that reads it. */
function readColumn(
  memory: KernelMemory,
  name: string,
  feed: Value | undefined,
  tables: readonly TableStore[],
): Column {
  if (!(feed?.data instanceof Int32Array)) {
    throw new HeedError(
      "feed",
      `column "${name}", which names rows of a table, is ${feed ? `a ${feed.data.constructor.name}` : "missing"}`,
      "feed row numbers as an Int32Array",
    );
  }
  const { kernels } = memory;
  const { length } = feed.data;
  const words = (count: number) => memory.reserve(count * 4);
  const ids = words(length);
  const column = {
    length,
    distinct: words(length),
    starts: words(length + 1),
    order: words(length),
    place: words(length),
  };
  const scratch = memory.reserve(length * 16 + 2 ** 14);
  memory.int32(ids, length).set(feed.data);
  const largest = kernels.largest(ids, length) >>> 0;
  for (const table of tables) {
    if (table.ids !== name || largest < table.rows) continue;
    const wrong = feed.data.find((id) => id < 0 || id >= table.rows);
    throw new HeedError(
      "row",
      `row ${wrong} of table "${table.name}"`,
      `ids run from 0 to ${table.rows - 1}; encode with the training vocabulary`,
    );
  }
  const { distinct, starts, order, place } = column;
  const count = kernels.group(ids, length, largest, distinct, starts, order, place, scratch);
  return { ...column, count };
}

function reserveRows(memory: KernelMemory, table: TableStore, column: Column): Rows {
  const each = table.dim * 4;
  return {
    table,
    column,
    distinctRows: memory.reserve(column.count * each),
    distinctGradients: memory.reserve(column.count * each),
    batchRows: memory.reserve(column.length * each),
    batchGradients: memory.reserve(column.length * each),
  };
}
