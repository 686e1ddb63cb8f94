import type { HeedEvent } from "../events/event.js";

/** An event in the log: its place in the order of commits, and when it happened by a clock that can be trusted. */
export interface LogEntry {
  /** Grows with every commit of a project; gaps are allowed. What has a greater position was not visible before. */
  position: number;
  /** Skew-corrected time in milliseconds since 1970 (`correctedTime` of the event); never later than `received`. */
  at: number;
  event: HeedEvent;
}

/** The position an event got, or why it was not stored: its id is known, or its user was erased after it happened. */
export type AppendOutcome = number | "duplicate" | "erased";

/** From position `position` on, what `anonymous` did belongs to `user`. */
export interface Merge {
  project: string;
  anonymous: string;
  user: string;
  position: number;
}

/** The ids that stood for an erased user, and what was deleted. */
export interface Erasure {
  users: string[];
  entries: LogEntry[];
}

export interface ReadOptions {
  /** Only this project; every project when left out. */
  project?: string;
  /** Read what has a greater position; 0 reads from the beginning. */
  after: number;
  /** At most so many entries; default 1,000. */
  limit?: number;
}

/** Which events to look up: what a user (and every id merged into them) did, what one slate led to, or was done with an item. */
export type FindOptions = ({ user: string } | { slate: string } | { item: string }) & {
  actions?: readonly string[];
  /** The newest so many; default 1,000. */
  limit?: number;
};

/**
 * Everything that happened, in order of commit. The source of truth: whatever else is kept can be made from it again.
 * Any number of processes may hold a log; every method is safe to call at the same time as every other.
 * The contract is `eventLogContract` of heed/testing.
 */
export interface EventLog {
  readonly specification: "event-log/1";
  /**
   * Stores events; when it resolves they survive `kill -9`. One outcome an event, in their order. An id that was stored
   * within the window (24 h or 10 M ids, whichever is smaller) is a duplicate. All or nothing when it rejects:
   * HeedError "busy" when too much is queued (try again later), "disk-full" and "store" when nothing can be written.
   */
  append(events: readonly HeedEvent[]): Promise<AppendOutcome[]>;
  /** Entries after a position, in order of position. */
  read(options: ReadOptions): Promise<LogEntry[]>;
  /** Entries after a position as they are committed, for ever: ends when `signal` aborts or the log closes. */
  follow(options: ReadOptions & { signal?: AbortSignal }): AsyncIterable<LogEntry[]>;
  /** Entries of one user, slate or item (impressions name their items elsewhere and are left out), in order of (at, position). */
  find(project: string, options: FindOptions): Promise<LogEntry[]>;
  /** The greatest position so far; 0 when nothing was ever stored. */
  head(): Promise<number>;
  /**
   * From now on `anonymous` is `user`. Refused (HeedError "merge") when it would close a circle, when `anonymous` already
   * belongs to somebody else, or when a user would have too many ids. Saying the same again changes nothing.
   */
  merge(project: string, anonymous: string, user: string): Promise<Merge>;
  /** All merges, in order of position. */
  merges(project?: string): Promise<Merge[]>;
  /**
   * Deletes the events of a user and of every id merged into them, and leaves tombstones: what they did until five
   * minutes after the erasure is refused as "erased" however late it arrives. What happens after that is a new person's.
   */
  erase(project: string, user: string): Promise<Erasure>;
  /** Deletes events that happened before a time (milliseconds), of one project or of all; returns how many. */
  retain(before: number, project?: string): Promise<number>;
  close(): Promise<void>;
}
