import { HeedError, nearest } from "../../core/errors.js";
import type { Catalogue } from "./catalogue.js";

/** The error about an item that nobody ever put or acted on. */
export function unknownItem(item: string, items: Catalogue): HeedError {
  // Comparing takes time by the product of the lengths and by the number of names.
  const names = item.length < 40 ? [...items.items()].slice(0, 5_000).map(([name]) => name) : [];
  const close = nearest(item, names);
  return new HeedError(
    "unknown-item",
    `there is no item "${item}"`,
    close ? `did you mean "${close}"?` : "put it first (PUT /v1/items), or use an id of GET /v1/items",
  );
}
