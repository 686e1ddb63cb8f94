export { compatibility } from "./compat/index.js";
export { type ConfigFile, configInForce, readConfigFile } from "./config-file.js";
export type { ComparedModel, Heed, ModelState, Recommendation, Slate, TrainingReport } from "./heed.js";
export {
  type Access,
  type Caller,
  closeOnSignals,
  createHttpServer,
  createKey,
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
  signUserToken,
  type UserTokenOptions,
} from "./http/index.js";
export { type OfflineReplay, type ReplayedItem, replayOffline } from "./offline.js";
export { type OpenHeedOptions, openHeed } from "./open-heed.js";
export { demonstrationPage } from "./page/index.js";
export { countedScores, graphScores, judgeRanking, rankAll, type ScoreBatch } from "./training/ranking.js";
export type { Target } from "./training/split.js";
