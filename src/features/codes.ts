import { HeedError } from "../core/errors.js";

/** What a table holds in one place: text, or null where there is nothing. Both are values like any other. */
export type Cell = string | null;

/** A column as numbers: row `i` has value `codes[i]`, one of `0 .. size - 1`. */
export interface CodedColumn {
  codes: Int32Array;
  size: number;
}

/** A coded column, with the values in order of their codes and how many rows have each. */
export interface CodedCells extends CodedColumn {
  values: Cell[];
  counts: Int32Array;
}

/**
 * Codes a column's values in order of first appearance, so that two columns which divide the rows alike get the same codes
 * whatever their values are called.
 */
export function codeCells(cells: readonly Cell[]): CodedCells {
  const codes = new Int32Array(cells.length);
  const known = new Map<Cell, number>();
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    let code = known.get(cell);
    if (code === undefined) {
      code = known.size;
      known.set(cell, code);
    }
    codes[i] = code;
  }
  const column = { codes, size: known.size };
  return { ...column, values: [...known.keys()], counts: valueCounts(column) };
}

/** Rows of each value. */
export function valueCounts({ codes, size }: CodedColumn): Int32Array {
  const counts = new Int32Array(size);
  for (let i = 0; i < codes.length; i++) counts[codes[i]!]!++;
  return counts;
}

/** Cells of a direct table, at most so many for every row: beyond, pairs are found in a map. */
const cellsPerRow = 16;

/** Two columns as one, whose values are the pairs that occur. Exact: no two pairs share a code. */
export function crossCodes(a: CodedColumn, b: CodedColumn): CodedColumn {
  checkPair(a, b);
  const length = a.codes.length;
  const codes = new Int32Array(length);
  let size = 0;
  if (a.size * b.size <= cellsPerRow * length) {
    const known = new Int32Array(a.size * b.size);
    for (let i = 0; i < length; i++) {
      const pair = a.codes[i]! * b.size + b.codes[i]!;
      if (known[pair] === 0) known[pair] = ++size;
      codes[i] = known[pair]! - 1;
    }
    return { codes, size };
  }
  const known = new Map<number, number>();
  for (let i = 0; i < length; i++) {
    const pair = a.codes[i]! * b.size + b.codes[i]!;
    let code = known.get(pair);
    if (code === undefined) {
      code = known.size;
      known.set(pair, code);
    }
    codes[i] = code;
  }
  return { codes, size: known.size };
}

/** The column with its rows in another order: row `i` of the result is row `order[i]`. */
export function reorder({ codes, size }: CodedColumn, order: Int32Array): CodedColumn {
  const moved = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) moved[i] = codes[order[i]!]!;
  return { codes: moved, size };
}

/** Whether two columns have the same code in every row. */
export function equalCodes(a: CodedColumn, b: CodedColumn): boolean {
  if (a.codes.length !== b.codes.length) return false;
  for (let i = 0; i < a.codes.length; i++) if (a.codes[i] !== b.codes[i]) return false;
  return true;
}

/** A coded column of the caller's, checked. Errors: HeedError "empty" without rows, "code" when a code is not in range. */
export function codedColumn(codes: ArrayLike<number>, size: number): CodedColumn {
  if (codes.length === 0)
    throw new HeedError("empty", "the column has no rows", "check what it was made from");
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (Number.isInteger(code) && code >= 0 && code < size) continue;
    throw new HeedError(
      "code",
      `the column has code ${code} in row ${i}, and its size is ${size}`,
      "codes are whole numbers from 0 to size - 1: make them with codeCells()",
    );
  }
  return { codes: Int32Array.from(codes), size };
}

/** Throws unless two columns have the same number of rows, at least one. */
export function checkPair(a: CodedColumn, b: CodedColumn): void {
  if (a.codes.length === b.codes.length && a.codes.length > 0) return;
  throw new HeedError(
    "column-length",
    `the columns have ${a.codes.length} and ${b.codes.length} rows`,
    "score columns of one table that has rows",
  );
}
