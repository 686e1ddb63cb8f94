import type { IncomingMessage, ServerResponse } from "node:http";
import { HeedError } from "../../core/errors.js";

export interface InFlightLimits {
  /** Requests that are read or answered at one time. */
  requests: number;
  /** Bytes of their bodies together; a body of unknown length, or compressed, counts as `body`. */
  bytes: number;
  /** The largest body of one request that is not a stream. */
  body: number;
  /** Seconds in which the body of a request that is not a stream must have arrived. */
  bodySeconds: number;
}

export interface InFlight {
  readonly requests: number;
  readonly bytes: number;
  /** Counts a request until its response is sent or its connection lost; throws "busy" when there are too many. */
  enter(request: IncomingMessage, response: ServerResponse, isStream: boolean, isCompressed?: boolean): void;
  /** Stops counting a request whose answer never ends by itself. */
  leave(request: IncomingMessage): void;
  /** Ends the connections of requests whose body is overdue. */
  sweep(now: number): void;
}

interface Entry {
  bytes: number;
  since: number;
  isStream: boolean;
}

/** Bounds how much is in flight, so that memory stays flat whatever arrives: what does not fit is told to come again. */
export function inFlight(limits: InFlightLimits, now: () => number = Date.now): InFlight {
  const entries = new Map<IncomingMessage, Entry>();
  let bytes = 0;

  function leave(request: IncomingMessage): void {
    const entry = entries.get(request);
    if (!entry) return;
    bytes -= entry.bytes;
    entries.delete(request);
  }

  return {
    get requests() {
      return entries.size;
    },
    get bytes() {
      return bytes;
    },
    enter(request, response, isStream, isCompressed = false) {
      const size = isStream ? 0 : isCompressed ? limits.body : bodyBytes(request, limits.body);
      if (entries.size >= limits.requests || bytes + size > limits.bytes)
        throw new HeedError(
          "busy",
          "too many requests are in flight",
          "wait as long as Retry-After says, then send it again",
        );
      bytes += size;
      entries.set(request, { bytes: size, since: now(), isStream });
      response.once("close", () => leave(request));
    },
    leave,
    sweep(time) {
      for (const [request, { since, isStream }] of entries)
        if (!isStream && !request.complete && time - since > limits.bodySeconds * 1000) request.destroy();
    },
  };
}

function bodyBytes({ headers }: IncomingMessage, most: number): number {
  if (headers["transfer-encoding"] !== undefined) return most;
  return Math.min(Number(headers["content-length"] ?? 0), most);
}
