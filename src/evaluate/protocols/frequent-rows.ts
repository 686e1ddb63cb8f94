import { checkCount } from "../check-numbers.js";

/** What was kept, to be printed beside figures. */
export interface FrequentRows {
  rows: Int32Array;
  users: number;
  items: number;
  /** "users with at least 5 rows, items with at least 5 rows". */
  label: string;
}

/**
 * Keeps users and items with at least so many rows, again and again until all have them (a k-core). Before the split: after
 * it, test users would be chosen by what is tested.
 */
export function frequentRows(
  users: ArrayLike<number>,
  items: ArrayLike<number>,
  least: { user?: number; item?: number },
): FrequentRows {
  const { user: leastUser = 1, item: leastItem = 1 } = least;
  checkCount("frequentRows", "user", leastUser);
  checkCount("frequentRows", "item", leastItem);
  let rows = Int32Array.from(users, (_, row) => row);
  for (;;) {
    const [byUser, byItem] = [countOf(users, rows), countOf(items, rows)];
    const kept = rows.filter(
      (row) => byUser.get(users[row]!)! >= leastUser && byItem.get(items[row]!)! >= leastItem,
    );
    if (kept.length === rows.length) {
      const label = `users with at least ${leastUser} rows, items with at least ${leastItem} rows`;
      return { rows, users: byUser.size, items: byItem.size, label };
    }
    rows = kept;
  }
}

function countOf(values: ArrayLike<number>, rows: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(values[row]!, (counts.get(values[row]!) ?? 0) + 1);
  return counts;
}
