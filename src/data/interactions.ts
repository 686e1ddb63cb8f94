/** Who did what when, with names. User and item ids run from 1; place 0 of `users`, `items`, `titles` and `genres` is blank. */
export interface Interactions {
  name: string;
  /** User names by id. */
  users: string[];
  /** Item names by id. */
  items: string[];
  /** Titles by item id, with the year where the source has it; an item without one is called by its name. */
  titles: string[];
  /** Genres by item id. */
  genres: string[][];
  /** User id of each row. */
  user: Int32Array;
  /** Item id of each row. */
  item: Int32Array;
  rating: Float32Array;
  /** Unix seconds. */
  time: Float64Array;
}

/** Rows as read, one array a column. */
export interface InteractionRows {
  user: readonly string[];
  item: readonly string[];
  rating: ArrayLike<number>;
  time: Float64Array;
}

/** What a source says of an item. */
export interface CatalogueItem {
  title: string;
  genres: string[];
}

/** Builds ids from rows: users and items are numbered in order of first appearance, so unrated items get no id. */
export function interactions(
  name: string,
  rows: InteractionRows,
  catalogue: ReadonlyMap<string, CatalogueItem>,
): Interactions {
  const users = numbered(rows.user);
  const items = numbered(rows.item);
  return {
    name,
    users: ["", ...users.names],
    items: ["", ...items.names],
    titles: ["", ...items.names.map((item) => catalogue.get(item)?.title ?? item)],
    genres: [[], ...items.names.map((item) => catalogue.get(item)?.genres ?? [])],
    user: users.ids,
    item: items.ids,
    rating: Float32Array.from(rows.rating),
    time: rows.time,
  };
}

function numbered(names: readonly string[]): { names: string[]; ids: Int32Array } {
  const known = new Map<string, number>();
  const ids = new Int32Array(names.length);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    let id = known.get(name);
    if (id === undefined) {
      id = known.size + 1;
      known.set(name, id);
    }
    ids[i] = id;
  }
  return { names: [...known.keys()], ids };
}
