import { row, rowsOf, type SequenceColumn } from "../../data/index.js";

/** Some rows of a sparse matrix of ones: row r has them at ids[starts[r]] .. ids[starts[r + 1] - 1]. */
export interface SparseRows {
  starts: Int32Array;
  ids: Int32Array;
}

/** Every user's distinct items. */
export function distinctItems(sequences: SequenceColumn): SparseRows {
  const lists = Array.from({ length: rowsOf(sequences) }, (_, i) => new Set(row(sequences, i)));
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    starts[i + 1] = starts[i]! + list.size;
  });
  const ids = new Int32Array(starts.at(-1)!);
  lists.forEach((list, i) => {
    ids.set([...list], starts[i]!);
  });
  return { starts, ids };
}

/** The users of every item. */
export function transpose({ starts, ids }: SparseRows, size: number): SparseRows {
  const turned = new Int32Array(size + 1);
  for (const id of ids) turned[id + 1]!++;
  for (let i = 0; i < size; i++) turned[i + 1]! += turned[i]!;
  const next = turned.slice();
  const users = new Int32Array(ids.length);
  for (let user = 0; user + 1 < starts.length; user++) {
    for (let at = starts[user]!; at < starts[user + 1]!; at++) users[next[ids[at]!]!++] = user;
  }
  return { starts: turned, ids: users };
}
