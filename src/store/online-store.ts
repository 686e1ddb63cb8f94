import type { Erasure, LogEntry, Merge } from "./event-log.js";

/** One thing a user did. `item` is null for what concerns no item (a query, something said). */
export interface HistoryEntry {
  position: number;
  at: number;
  action: string;
  item: string | null;
  value: number | null;
}

/** How often, how much altogether, and when last. */
export interface Counter {
  count: number;
  /** Sum of the events' values; events without one add nothing. */
  sum: number;
  /** Skew-corrected time of the latest, in milliseconds. */
  last: number;
}

/** By action. Impressions count once for each time the item was shown. */
export type Counters = Readonly<Record<string, Counter>>;

/** A user, item, document, query or screen with what is known of it: any JSON object. */
export interface Entity {
  id: string;
  value: Readonly<Record<string, unknown>>;
}

export interface HistoryOptions {
  actions?: readonly string[];
  /** The newest so many; default all that are kept. */
  limit?: number;
}

/**
 * What a decision needs within microseconds: the recent past of one user, counters, attributes. Behaviour is made from
 * the log by `apply` and can be made again; entities are kept here. A user means every id merged into them.
 * The contract is `onlineStoreContract` of heed/testing.
 */
export interface OnlineStore {
  readonly specification: "online-store/1";
  /** Takes in log entries, in order of position; entries at or below `position()` were seen already and change nothing. */
  apply(entries: readonly LogEntry[]): Promise<void>;
  /** The greatest position that was applied. */
  position(): Promise<number>;
  /** What the user did recently, impressions left out, in order of (at, position). */
  history(project: string, user: string, options?: HistoryOptions): Promise<HistoryEntry[]>;
  /** What the user was shown recently, in order of (at, position). */
  shown(project: string, user: string, limit?: number): Promise<HistoryEntry[]>;
  /** Counters of users or items, one answer an id; empty for unknown ones. */
  counters(project: string, kind: "user" | "item", ids: readonly string[]): Promise<Counters[]>;
  /** Joins two users' pasts; later entries of either belong to `merge.user`. */
  merge(merge: Merge): Promise<void>;
  /** The user an id stands for: itself unless it was merged. */
  resolve(project: string, user: string): Promise<string>;
  /** Forgets the users of an erasure: history, counters, entity, and their part in the counts and sums of items. */
  erase(project: string, erasure: Erasure): Promise<void>;

  /** Creates or replaces entities, all or none; durable when it resolves. */
  put(project: string, kind: string, entities: readonly Entity[]): Promise<void>;
  /** One answer an id, null for unknown ones. */
  get(project: string, kind: string, ids: readonly string[]): Promise<(Entity | null)[]>;
  /** Entities in order of id (by code point), after `after`; default limit 1,000. */
  list(project: string, kind: string, options?: { after?: string; limit?: number }): Promise<Entity[]>;
  /** Returns how many there were. */
  delete(project: string, kind: string, ids: readonly string[]): Promise<number>;
  /** Changes whenever an entity of the kind does: what was derived from a list is stale when this differs. */
  revision(project: string, kind: string): Promise<number>;
  close(): Promise<void>;
}
