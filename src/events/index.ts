export { acceptEvents } from "./accept.js";
export { contextBytes, contextDepth } from "./context.js";
export {
  type Accepted,
  type AcceptOptions,
  coreActions,
  type HeedEvent,
  type IncomingEvent,
  incomingEventSchema,
  nameSchema,
  type Rejection,
  type ShownItem,
  shownItemSchema,
} from "./event.js";
export {
  addLink,
  createIdentity,
  type Identity,
  type IdentityLink,
  type IdentityPair,
  identityPairs,
  idsOf,
  idsPerUser,
  mergeProblem,
  removePerson,
  resolveUser,
} from "./identity.js";
export {
  clockTolerance,
  type Feedback,
  isExposure,
  isOutcome,
  type JoinOptions,
  joinOutcomes,
  type OutcomeJoin,
  outcomeJoin,
  type StreamingJoinOptions,
  type TimedEvent,
} from "./join.js";
export { suggest } from "./reason.js";
export { clockSkew, correctedTime, futureTolerance, parseTime, smallestSkew } from "./time.js";
