/** Who did what when, with names. User and item ids run from 1; place 0 of `users`, `items` and `titles` is unused. */
export interface Interactions {
  name: string;
  users: string[];
  items: string[];
  titles: string[];
  genres: string[][];
  user: Int32Array;
  item: Int32Array;
  rating: Float32Array;
  /** Unix seconds. */
  time: Float64Array;
}

/** Builds ids from raw rows: users and items are numbered in order of first appearance. */
export function interactions(
  name: string,
  rows: readonly { user: string; item: string; rating: number; time: number }[],
  catalogue: ReadonlyMap<string, { title: string; genres: string[] }>,
): Interactions {
  const number = (keys: Iterable<string>) => {
    const ids = new Map<string, number>();
    for (const key of keys) if (!ids.has(key)) ids.set(key, ids.size + 1);
    return ids;
  };
  const users = number(rows.map((row) => row.user));
  const items = number(rows.map((row) => row.item));
  const itemNames = [...items.keys()];
  return {
    name,
    users: ["", ...users.keys()],
    items: ["", ...itemNames],
    titles: ["", ...itemNames.map((item) => catalogue.get(item)?.title ?? item)],
    genres: [[], ...itemNames.map((item) => catalogue.get(item)?.genres ?? [])],
    user: Int32Array.from(rows, (row) => users.get(row.user)!),
    item: Int32Array.from(rows, (row) => items.get(row.item)!),
    rating: Float32Array.from(rows, (row) => row.rating),
    time: Float64Array.from(rows, (row) => row.time),
  };
}
