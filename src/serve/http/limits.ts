import type { Rate } from "./key-file.js";

/** What one server takes on. Sizes are in bytes, times in seconds. */
export interface Limits {
  /** Body of one request, unless it is a stream. */
  body: number;
  /** Events, items or users in one request, unless it is a stream. */
  batch: number;
  /** Whole NDJSON stream. */
  stream: number;
  /** One line of a stream. */
  line: number;
  /** Requests and bytes of bodies in flight; more is answered with 503 and Retry-After. */
  inFlight: number;
  inFlightBytes: number;
  /** In which the headers, and the body unless it is a stream, must have arrived. */
  headerSeconds: number;
  bodySeconds: number;
  connections: number;
  /** Listeners of the event tail; what one of them may leave unread; how often it hears that the server is alive. */
  tails: number;
  tailBytes: number;
  heartbeatSeconds: number;
  /** Rates of callers whose key names none; "user" is for one user's tokens, "project" for all of a tenant together. */
  rates: Readonly<Record<"open" | "secret" | "publishable" | "user" | "ticket" | "project", Rate>>;
  /** On closing, how long requests in flight may take before their connections are cut. */
  drainSeconds: number;
}

export const defaultLimits: Limits = {
  body: 1_000_000,
  batch: 10_000,
  stream: 1_000_000_000,
  line: 1_000_000,
  inFlight: 1_000,
  inFlightBytes: 64_000_000,
  headerSeconds: 10,
  bodySeconds: 30,
  connections: 10_000,
  tails: 100,
  tailBytes: 1_000_000,
  heartbeatSeconds: 15,
  rates: {
    open: { perSecond: 10_000, burst: 20_000 },
    secret: { perSecond: 2_000, burst: 4_000 },
    publishable: { perSecond: 500, burst: 1_000 },
    user: { perSecond: 10, burst: 100 },
    ticket: { perSecond: 5, burst: 20 },
    project: { perSecond: 10_000, burst: 20_000 },
  },
  drainSeconds: 25,
};
