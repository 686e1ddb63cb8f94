export type { Access, Caller } from "./caller.js";
export { closeOnSignals } from "./close-on-signals.js";
export { entityProblem } from "./entity-problem.js";
export type { Rate } from "./key-file.js";
export type { Limits } from "./limits.js";
export {
  createKey,
  type KeySummary,
  listKeys,
  type MadeKey,
  type NewKey,
  revokeKey,
  rotateKey,
} from "./manage-keys.js";
export { type Scope, scopes } from "./scopes.js";
export { createHttpServer, type ExtensionContext, type HttpOptions, type HttpServer } from "./server.js";
export { signUserToken, type UserTokenOptions } from "./user-token.js";
