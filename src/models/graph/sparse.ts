import { HeedError } from "../../core/errors.js";

/** Compressed sparse rows: row `i` has `values` at `columns` from `offsets[i]` to `offsets[i + 1]`, columns rising. */
export interface SparseMatrix {
  height: number;
  width: number;
  offsets: Int32Array;
  columns: Int32Array;
  values: Float64Array;
}

/**
 * A sparse matrix from its entries; those of equal place are added up. Without `values` every entry is 1.
 * Errors: "sparse" for a place outside the matrix.
 */
export function sparseMatrix(
  height: number,
  width: number,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  values?: ArrayLike<number>,
): SparseMatrix {
  const lists = Array.from({ length: height }, () => new Map<number, number>());
  for (let entry = 0; entry < rows.length; entry++) {
    const [row, column] = [rows[entry]!, columns[entry]!];
    const list = lists[row];
    if (!list || !(Number.isInteger(column) && column >= 0 && column < width)) {
      throw new HeedError(
        "sparse",
        `entry ${entry} lies at (${row}, ${column}) of a ${height} x ${width} matrix`,
        `rows run from 0 to ${height - 1}, columns from 0 to ${width - 1}`,
      );
    }
    list.set(column, (list.get(column) ?? 0) + (values ? values[entry]! : 1));
  }
  const sorted = lists.map((list) => [...list].sort(([a], [b]) => a - b));
  const offsets = new Int32Array(height + 1);
  sorted.forEach((list, row) => {
    offsets[row + 1] = offsets[row]! + list.length;
  });
  return {
    height,
    width,
    offsets,
    columns: Int32Array.from(sorted.flatMap((list) => list.map(([column]) => column))),
    values: Float64Array.from(sorted.flatMap((list) => list.map(([, value]) => value))),
  };
}

/** The row of each entry. */
export function entryRows({ height, offsets, columns }: SparseMatrix): Int32Array {
  const rows = new Int32Array(columns.length);
  for (let row = 0; row < height; row++) rows.fill(row, offsets[row]!, offsets[row + 1]!);
  return rows;
}

export function transposed(matrix: SparseMatrix): SparseMatrix {
  return sparseMatrix(matrix.width, matrix.height, matrix.columns, entryRows(matrix), matrix.values);
}

/** The product with a vector. */
export function timesVector(matrix: SparseMatrix, vector: ArrayLike<number>): Float64Array {
  const { height, offsets, columns, values } = matrix;
  const product = new Float64Array(height);
  for (let row = 0; row < height; row++) {
    let total = 0;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) total += values[at]! * vector[columns[at]!]!;
    product[row] = total;
  }
  return product;
}

/** Entry (i, j) times `rowFactors[i]` times `columnFactors[j]`. */
export function scaled(
  matrix: SparseMatrix,
  rowFactors: ArrayLike<number>,
  columnFactors?: ArrayLike<number>,
): SparseMatrix {
  const rows = entryRows(matrix);
  const values = matrix.values.map(
    (value, at) => value * rowFactors[rows[at]!]! * (columnFactors ? columnFactors[matrix.columns[at]!]! : 1),
  );
  return { ...matrix, values };
}
