import { z } from "zod";
import { contextProblem } from "./context.js";
import {
  type Accepted,
  type AcceptOptions,
  type HeedEvent,
  type IncomingEvent,
  incomingEventSchema,
} from "./event.js";
import { explain } from "./reason.js";
import { clockSkew, parseTime } from "./time.js";

/** The context is judged by `contextProblem`, which bounds its depth before anything recurses into it. */
const schema = incomingEventSchema.extend({ context: z.unknown().optional() });

/** NUL ends strings in some programs that read the log, half of a surrogate pair has no UTF-8 form, and a byte order mark at the start is lost by readers of UTF-8. */
export const unstorable = /^\ufeff|[\0\ud800-\udfff]/u;

const texts = ["id", "user", "session", "action", "item", "surface", "slate", "query", "model"] as const;

/**
 * Judges events one by one: what is well formed becomes a HeedEvent, the rest is refused with the path and the reason,
 * one rejection an event. Never throws for what is in `bodies`. About a microsecond or two an event; judge a large body
 * in pieces to keep the event loop free.
 */
export function acceptEvents(bodies: readonly unknown[], options: AcceptOptions): Accepted {
  const result: Accepted = { events: [], indices: [], rejected: [] };
  const received = new Date(options.now).toISOString();
  for (let index = 0; index < bodies.length; index++) {
    const judged = judge(bodies[index], received, options);
    if ("reason" in judged) result.rejected.push({ index, ...judged });
    else {
      result.events.push(judged);
      result.indices.push(index);
    }
  }
  return result;
}

function judge(
  body: unknown,
  received: string,
  options: AcceptOptions,
): HeedEvent | { path: string; reason: string } {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return { path: "", reason: 'must be an object such as {"user": "u1", "action": "click", "item": "i1"}' };
  let parsed: ReturnType<typeof schema.safeParse>;
  try {
    parsed = schema.safeParse(body);
  } catch {
    return { path: "", reason: "cannot be read: one of its fields throws" };
  }
  if (!parsed.success) return explain(parsed.error.issues, body);
  const event = parsed.data;
  const problem = textProblem(event) ?? (event.context === undefined ? null : safeContextProblem(event));
  if (problem) return problem;
  let time = options.now;
  if (event.time !== undefined) {
    time = parseTime(event.time);
    if (Number.isNaN(time)) return { path: "time", reason: "must be in a year from 0000 to 9999 in UTC" };
  }
  const accepted = event as IncomingEvent as HeedEvent;
  accepted.id = event.id ?? options.newId();
  accepted.project = options.project;
  accepted.time = event.time === undefined ? received : new Date(time).toISOString();
  accepted.received = received;
  const skew = event.time === undefined ? 0 : clockSkew(time, options.now, options.sent);
  if (skew !== 0) accepted.skew = skew;
  return accepted;
}

function textProblem(event: z.infer<typeof schema>): { path: string; reason: string } | null {
  for (const field of texts) {
    const text = event[field];
    if (text !== undefined && unstorable.test(text)) return { path: field, reason: unstorableReason };
  }
  if (event.items) {
    for (let i = 0; i < event.items.length; i++) {
      if (unstorable.test(event.items[i]!.item)) return { path: `items.${i}.item`, reason: unstorableReason };
    }
  }
  return null;
}

const unstorableReason =
  "has a NUL character, half of a surrogate pair, or a byte order mark at its start: it was cut inside a character, or read with the mark of its file; send well-formed text";

function safeContextProblem(event: { context?: unknown }): { path: string; reason: string } | null {
  try {
    return contextProblem(event.context);
  } catch {
    return { path: "context", reason: "must be plain JSON" };
  }
}
