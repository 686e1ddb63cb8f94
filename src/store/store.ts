import type { Analytics } from "./analytics.js";
import type { EventLog } from "./event-log.js";
import type { OnlineStore } from "./online-store.js";
import type { Registry } from "./registry.js";

/** The four seams of one installation. What was appended is in `online` when the append resolves. */
export interface Store {
  log: EventLog;
  online: OnlineStore;
  analytics: Analytics;
  registry: Registry;
  close(): Promise<void>;
}

export interface EmbeddedStore extends Store {
  /** A consistent copy of everything into a new folder, while running; verified before it resolves. */
  backup(folder: string): Promise<BackupManifest>;
  /** Gives the space of deleted events back; appends wait for its last moments only. */
  compact(): Promise<{ before: number; after: number }>;
  /** Deletes events older than a time from the log and from online state. */
  retain(before: number, project?: string): Promise<number>;
  /** What is held where: rows, bytes, queue, evictions; names are stable, for the metrics page. */
  metrics(): Record<string, number>;
  /** Written into the lock file, so that others find the running server (`storeOwner`). */
  announce(about: Readonly<Record<string, string>>): void;
}

export interface BackupManifest {
  specification: "heed-backup/1";
  created: string;
  /** Position of the last event in it. */
  head: number;
  events: number;
  /** SHA-256 of every file, by path. */
  files: Record<string, string>;
}

export interface OpenOptions {
  /** Milliseconds since 1970; the default is the machine's clock. */
  now?: () => number;
  /** Ids remembered against duplicates; default 10 M. */
  idWindow?: { ids?: number; milliseconds?: number };
  /** Events waiting to be written beyond which appends are refused as "busy"; default 200,000. */
  queueLimit?: number;
  /** Bound of online state: users with a history in memory; default 1 M. */
  onlineUsers?: number;
  /** DuckDB's memory, such as "1GB"; default "1GB". */
  memoryLimit?: string;
}
