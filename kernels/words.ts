/** The address of the 4-byte number at `index` of an array. */
export function wordAt(array: usize, index: usize): usize {
  return array + (index << 2);
}

export function read(array: usize, index: usize): usize {
  return load<u32>(wordAt(array, index));
}

export function write(array: usize, index: usize, value: usize): void {
  store<u32>(wordAt(array, index), <u32>value);
}

/** The address of a row of `dim` numbers; `first` is the row that stands at the table's beginning. */
export function rowAt(table: usize, row: usize, first: usize, dim: usize): usize {
  return wordAt(table, (row - first) * dim);
}
