import { HeedError } from "../core/errors.js";
import type { Cell } from "./codes.js";

/** Some rows of a table by column, in order. A column that is not there has nothing in these rows. */
export interface TableBatch {
  length: number;
  cells: ReadonlyMap<string, readonly Cell[]>;
  /** How much of the table was read, from 0 to 1. */
  part: number;
  /** Rows that could not be read. */
  refused: readonly RefusedRow[];
}

export interface RefusedRow {
  /** Line or row of the source, from 1. */
  line: number;
  reason: string;
}

/** Rows from anywhere, read once and piece by piece. */
export interface FeatureTable {
  name: string;
  batches: AsyncIterable<TableBatch> | Iterable<TableBatch>;
  close(): Promise<void>;
}

/** A table of columns that are in memory. Errors: HeedError "column-length" when they differ in length. */
export function tableOf(name: string, columns: Readonly<Record<string, readonly Cell[]>>): FeatureTable {
  const cells = new Map(Object.entries(columns));
  const length = [...cells.values()][0]?.length ?? 0;
  for (const [column, values] of cells) {
    if (values.length === length) continue;
    throw new HeedError(
      "column-length",
      `${name}: column "${column}" has ${values.length} rows and column "${[...cells.keys()][0]}" has ${length}`,
      "give every column one value a row",
    );
  }
  return { name, batches: [{ length, cells, part: 1, refused: [] }], close: async () => {} };
}

/** Columns an NDJSON file may name, or what is made of one: beyond, it is a mistake. */
const mostColumns = 10_000;

/** Adds rows one by one that may each name other columns, and gives them back as a batch. */
export function batchBuilder(): {
  readonly length: number;
  add(row: Iterable<readonly [column: string, cell: Cell]>): void;
  take(part: number, refused: readonly RefusedRow[]): TableBatch;
} {
  let cells = new Map<string, Cell[]>();
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(row) {
      for (const [name, cell] of row) {
        let column = cells.get(name);
        if (!column) {
          if (cells.size === mostColumns)
            throw new HeedError(
              "columns",
              `the rows name more than ${mostColumns} columns, "${name}" among them`,
              "keep ids out of the names of columns, or choose columns",
            );
          column = [];
          cells.set(name, column);
        }
        while (column.length < length) column.push(null);
        column[length] = cell;
      }
      length++;
    },
    take(part, refused) {
      for (const column of cells.values()) while (column.length < length) column.push(null);
      const batch = { length, cells, part, refused };
      cells = new Map();
      length = 0;
      return batch;
    },
  };
}

/** A batch of the rows that were asked for, with how many were refused before its end; `refused` has the first few. */
export interface RegroupedBatch extends TableBatch {
  refusedCount: number;
}

/** Refused rows that are told one by one. */
const refusedShown = 5;

/**
 * The rows of a table `size` at a time, every `every`-th of them kept; the last batch holds the rest and may be small.
 * Memory is that of one batch and of one the table gives.
 */
export async function* regroup(
  table: FeatureTable,
  { size, every }: { size: number; every: number },
): AsyncGenerator<RegroupedBatch> {
  let cells = new Map<string, Cell[]>();
  let length = 0;
  let refused: RefusedRow[] = [];
  let refusedCount = 0;
  let seen = 0;
  let part = 0;

  function finish(): RegroupedBatch {
    for (const column of cells.values()) while (column.length < length) column.push(null);
    const batch = { length, cells, part, refused, refusedCount };
    cells = new Map();
    length = 0;
    refused = [];
    refusedCount = 0;
    return batch;
  }

  for await (const given of table.batches) {
    refused.push(...given.refused.slice(0, refusedShown - refused.length));
    refusedCount += given.refused.length;
    for (let start = 0; start < given.length; ) {
      const rows: number[] = [];
      for (; start < given.length && length + rows.length < size; start++)
        if (seen++ % every === 0) rows.push(start);
      for (const [name, values] of given.cells) {
        let column = cells.get(name);
        if (!column) {
          column = [];
          cells.set(name, column);
        }
        while (column.length < length) column.push(null);
        for (const row of rows) column.push(values[row]!);
      }
      length += rows.length;
      part = given.part;
      if (length === size) yield finish();
    }
    part = given.part;
  }
  if (length > 0 || refusedCount > 0) yield finish();
}
