import { z } from "zod";

/** A name of something: a user, an item, an action, a surface. */
export const nameSchema = z.string().min(1).max(256);

/** The actions Heed gives a meaning to. The set is open: others are kept as they are. */
export const coreActions = [
  "impression",
  "view",
  "click",
  "dwell",
  "cart",
  "purchase",
  "rate",
  "like",
  "dislike",
  "skip",
  "query",
  "answer",
  "say",
  "ui",
  "edit",
] as const;

/** One item of a shown slate: positions start at 1; the propensity is the probability of this item at this position. */
export const shownItemSchema = z.strictObject({
  item: nameSchema,
  position: z.int().min(1),
  propensity: z.number().gt(0).max(1),
});

/**
 * Something somebody did, as it is sent. `id` makes a retry harmless; without it every sending counts. `time` is when it
 * happened (RFC 3339), `value` what the action measures (dwell in milliseconds, a rating, a price). An impression lists
 * `items` and names the `slate` it answers to; an outcome carries `item`, and `slate` when it came from one.
 */
export const incomingEventSchema = z.strictObject({
  id: nameSchema.optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  user: nameSchema,
  session: nameSchema.optional(),
  action: nameSchema,
  item: nameSchema.optional(),
  surface: nameSchema.optional(),
  slate: nameSchema.optional(),
  query: z.string().max(4000).optional(),
  value: z.number().optional(),
  model: nameSchema.optional(),
  items: z.array(shownItemSchema).min(1).max(1000).optional(),
  context: z.record(z.string().max(256), z.json()).optional(),
});

export type IncomingEvent = z.infer<typeof incomingEventSchema>;
export type ShownItem = z.infer<typeof shownItemSchema>;

/** An accepted event: the project (tenant) it belongs to, its id, its time and when it was received, in UTC. */
export interface HeedEvent extends IncomingEvent {
  id: string;
  project: string;
  /** As the sender's clock had it. Order and windows go by `correctedTime(event)`. */
  time: string;
  received: string;
  /** How far the sender's clock was ahead, in milliseconds (negative: behind), where that is known and matters. */
  skew?: number | undefined;
}

/** Why one event of a batch was refused; the others were kept. */
export interface Rejection {
  index: number;
  /** Where in the event, such as "items.0.propensity"; empty for the event itself. */
  path: string;
  reason: string;
}

export interface AcceptOptions {
  project: string;
  /** When the batch was received: milliseconds since 1970. */
  now: number;
  /** An id for an event that came without one. */
  newId: () => string;
  /** When the sender sent the batch by its own clock, in milliseconds: shows how far that clock is off. */
  sent?: number;
}

export interface Accepted {
  events: HeedEvent[];
  /** For each accepted event, its place in the batch. */
  indices: number[];
  rejected: Rejection[];
}
