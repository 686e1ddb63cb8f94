export { compatibility } from "./compat/index.js";
export { type ConfigFile, configInForce, readConfigFile } from "./config-file.js";
export type {
  ComparedModel,
  EventPage,
  Heed,
  ModelState,
  Recommendation,
  RecordResult,
  Slate,
  TrainingReport,
} from "./heed.js";
export {
  type Access,
  type Caller,
  closeOnSignals,
  createHttpServer,
  createKey,
  entityProblem,
  type HttpOptions,
  type HttpServer,
  type KeySummary,
  type Limits,
  listKeys,
  type MadeKey,
  type NewKey,
  type Rate,
  revokeKey,
  rotateKey,
  type Scope,
  scopes,
  signUserToken,
  type UserTokenOptions,
} from "./http/index.js";
export { type OfflineReplay, type ReplayedItem, replayOffline } from "./offline.js";
export { type OpenHeedOptions, openHeed } from "./open-heed.js";
export { demonstrationPage } from "./page/index.js";
export { readEvents } from "./runtime/read-events.js";
export { recordEvents } from "./runtime/record.js";
export { studio } from "./studio/index.js";
