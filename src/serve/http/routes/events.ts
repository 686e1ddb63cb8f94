import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import { type HeedEvent, incomingEventSchema, nameSchema } from "../../../events/event.js";
import { InvalidInput } from "../errors.js";
import { recordBatch, recordStream } from "../record.js";
import { route } from "../route.js";
import { type KeptEvent, keptEventSchema, limit, recordResultSchema, repeated } from "../schemas.js";
import { lifetime, signStatement } from "../user-token.js";

const ticketSeconds = 60;

export const postEvents = route({
  method: "POST",
  path: "/v1/events",
  summary: "Record what people did: one event, a list, or a stream of NDJSON",
  access: { scope: "events:write" },
  accepts: ["application/json", "text/plain", "application/x-ndjson"],
  body: z.unknown(),
  bodyDocument: z.union([
    incomingEventSchema,
    z.strictObject({
      /** For `navigator.sendBeacon`, which cannot send headers: a publishable key, in a text/plain body only. */
      key: z.string().optional(),
      events: z.array(incomingEventSchema),
    }),
    z.array(incomingEventSchema),
  ]),
  answer: recordResultSchema,
  example: {
    body: { events: [{ user: "ann", action: "click", item: "heat", time: "2026-01-05T10:00:00Z" }] },
  },
  handle: ({ body }, context) => {
    const values = eventsOf(body);
    if (values.length > context.limits.batch)
      throw new HeedError(
        "too-large",
        `${values.length} events are more than ${context.limits.batch}`,
        "send smaller batches, or a stream of NDJSON",
      );
    return recordBatch(values, context);
  },
  handleStream: recordStream,
});

function eventsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body !== "object" || body === null)
    throw new InvalidInput("", "the body is not an event", 'send one event, a list, or { "events": [...] }');
  if (!Object.hasOwn(body, "events")) return [body];
  const { events, ...rest } = body as { events: unknown };
  const [extra] = Object.keys(rest);
  if (extra !== undefined)
    throw new InvalidInput(extra, `${extra} is not known beside events`, 'send { "events": [...] }');
  if (!Array.isArray(events))
    throw new InvalidInput("events", "events is not a list", 'send { "events": [...] }');
  return events;
}

export const getEvents = route({
  method: "GET",
  path: "/v1/events",
  summary: "Everybody's events in the order in which they were stored, a page at a time",
  access: { scope: "events:read" },
  query: z.strictObject({
    /** The `next` of the page before; from the beginning without it. */
    after: z.coerce.number().int().min(0).default(0),
    limit: limit(10_000, 1000),
  }),
  answer: z.strictObject({
    events: z.array(keptEventSchema),
    /** Absent where the log ends for now. */
    next: z.int().optional(),
    /** The greatest position in the log. */
    head: z.int(),
  }),
  example: { query: { limit: 2 } },
  handle: async ({ query }, { heed, caller: { project } }) => {
    const { events, ...rest } = await heed.readEvents({ project, ...query });
    return { ...rest, events: events as (HeedEvent & KeptEvent)[] };
  },
});

export const tailEvents = route({
  method: "GET",
  path: "/v1/events/tail",
  summary: "Hear events as they are accepted (server-sent events)",
  access: { scope: "events:read", userToken: "own", ticket: true },
  query: z.strictObject({
    user: nameSchema.optional(),
    action: repeated(100).optional(),
    /** For a browser's EventSource, which cannot send headers; see POST /v1/events/tail/tickets. */
    ticket: z.string().optional(),
  }),
  answer: z.string(),
  produces: "text/event-stream",
  refuses: [503],
  example: { query: { user: "ann" } },
  subject: ({ query }) => query.user,
  handle: ({ query }, { caller, tails, request, reply, now }) => {
    const filter = {
      project: caller.project,
      ...(query.user !== undefined && { user: query.user }),
      ...(query.action && { actions: query.action }),
    };
    tails.start(request, reply, filter, () => caller.isValid(now()));
    return "";
  },
});

export const postTailTicket = route({
  method: "POST",
  path: "/v1/events/tail/tickets",
  summary: `A ticket that opens the event tail in a browser's EventSource within ${ticketSeconds} seconds`,
  access: { scope: "events:read", userToken: "any" },
  answer: z.strictObject({ ticket: z.string(), expires: z.iso.datetime() }),
  refuses: [409],
  example: {},
  handle: (_, { caller, now }) => {
    const { issued, expires } = lifetime(now(), ticketSeconds);
    const ticket = signStatement("ticket", signingKey(caller.key?.tokenKey), {
      key: caller.key!.id,
      project: caller.project,
      ...(caller.user !== undefined && { user: caller.user }),
      issued,
      expires,
      ...(caller.expires !== undefined && { until: caller.expires }),
    });
    return { ticket, expires: new Date(expires * 1000).toISOString() };
  },
});

function signingKey(key: string | undefined): string {
  if (key !== undefined) return key;
  throw new HeedError(
    "conflict",
    "this server has no keys, so it needs no tickets",
    "open /v1/events/tail without one",
  );
}
