export type {
  Analytics,
  Coded,
  CounterColumns,
  ExampleScan,
  Examples,
  ExposureScan,
  Exposures,
  Outcomes,
  Scan,
} from "./analytics.js";
export { restoreBackup } from "./embedded/backup.js";
export { type Owner, storeOwner } from "./embedded/lock.js";
export { openStore } from "./embedded/open.js";
export type {
  AppendOutcome,
  Erasure,
  EventLog,
  FindOptions,
  LogEntry,
  Merge,
  ReadOptions,
} from "./event-log.js";
export type {
  Counter,
  Counters,
  Entity,
  HistoryEntry,
  HistoryOptions,
  OnlineStore,
} from "./online-store.js";
export type { BundleVersion, Override, Registry } from "./registry.js";
export {
  type BackupManifest,
  type EmbeddedStore,
  eraseUser,
  mergeUser,
  type OpenOptions,
  type Store,
} from "./store.js";
