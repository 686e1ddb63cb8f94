import { HeedError } from "../../core/errors.js";
import type { RaggedLists } from "../ranking/ragged-lists.js";

/** Chosen rows as one list of items a user 0..users-1, in order of `rows`: histories, or what is to be found. */
export function itemsByUser(
  user: ArrayLike<number>,
  item: ArrayLike<number>,
  rows: Int32Array,
  users: number,
): RaggedLists {
  return gradesByUser(user, item, rows, users, () => 1);
}

/** Chosen rows as graded truth; `grade` says what a row is worth (0: judged and not relevant). */
export function gradesByUser(
  user: ArrayLike<number>,
  item: ArrayLike<number>,
  rows: Int32Array,
  users: number,
  grade: (row: number) => number,
): RaggedLists & { grades: Float64Array } {
  const offsets = new Int32Array(users + 1);
  for (const row of rows) {
    if (!(user[row]! >= 0 && user[row]! < users))
      throw new HeedError("users", `row ${row} is of user ${user[row]}`, `users run from 0 to ${users - 1}`);
    offsets[user[row]! + 1]!++;
  }
  for (let u = 0; u < users; u++) offsets[u + 1]! += offsets[u]!;
  const next = offsets.slice();
  const values = new Int32Array(rows.length);
  const grades = new Float64Array(rows.length);
  for (const row of rows) {
    const at = next[user[row]!]!++;
    values[at] = item[row]!;
    grades[at] = grade(row);
  }
  return { values, offsets, grades };
}
