export { openDuckDb } from "./duckdb.js";
export type { CatalogueItem, EventStore, StoredEvent } from "./event-store.js";
