import type { Analytics } from "./analytics.js";
import type { Erasure, EventLog, Merge } from "./event-log.js";
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
  /** A consistent copy of everything into a folder that does not exist or is empty, while running; verified before it resolves. */
  backup(folder: string): Promise<BackupManifest>;
  /** Gives the space of deleted events back; appends wait for its last moments only. */
  compact(): Promise<{ before: number; after: number }>;
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
  /** Ids remembered against duplicates; default 10 M and 24 h, whichever is smaller. */
  idWindow?: { ids?: number; milliseconds?: number };
  /** Events waiting to be written beyond which appends are refused as "busy"; default 200,000. */
  queueLimit?: number;
  /** Bytes acknowledged but not yet in the database beyond which appends are refused as "busy"; default 4 GB. */
  backlogBytes?: number;
  /** Bound of online state in memory, estimated; default 512 MB. Who was inactive longest is read from the log when asked for. */
  onlineBytes?: number;
  /** Acts, and shown items, that online state keeps a user; default 100. */
  historyLimit?: number;
  /** DuckDB's memory; default "1GB". */
  memoryLimit?: string;
}

/**
 * From now on `anonymous` is `user`, in the log and in online state. Safe to repeat when it was cut short.
 * Errors: those of `EventLog.merge`.
 */
export async function mergeUser(
  store: Store,
  project: string,
  anonymous: string,
  user: string,
): Promise<Merge> {
  const merge = await store.log.merge(project, anonymous, user);
  await store.online.merge(merge);
  return merge;
}

/** Erases a user, every id merged into them and their entity. Safe to repeat when it was cut short. */
export async function eraseUser(store: Store, project: string, user: string): Promise<Erasure> {
  const erasure = await store.log.erase(project, user);
  await store.online.erase(project, erasure);
  return erasure;
}
