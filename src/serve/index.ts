export { type Catalogue, loadCatalogue, splitOutcomes, type Target, type TimeSplit } from "./catalogue.js";
export { createEngine, type Engine, type ModelRow, type Slate, topUnseen } from "./engine.js";
export type { EventPage, Heed, RecordResult } from "./heed.js";
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
export { type OpenHeedOptions, openHeed } from "./open-heed.js";
export { readEvents } from "./runtime/read-events.js";
export { recordEvents } from "./runtime/record.js";
export { bundleScorer, countingScorer, type Scorer } from "./scorer.js";
export { createServer } from "./server.js";
