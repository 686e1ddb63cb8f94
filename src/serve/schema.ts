import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { StoredEvent } from "../store/event-store.js";

const name = z.string().min(1).max(256);

/** One event as it is sent. `id` makes a retry harmless; without it every sending counts. */
export const eventSchema = z.object({
  id: name.optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  user: name,
  action: name,
  item: name.optional(),
  surface: name.optional(),
  session: name.optional(),
  slate: name.optional(),
  query: z.string().max(2000).optional(),
  value: z.number().optional(),
  model: name.optional(),
  items: z
    .array(z.object({ item: name, position: z.int().min(1), propensity: z.number().min(0).max(1) }))
    .max(1000)
    .optional(),
  context: z.record(z.string(), z.unknown()).optional(),
});

export const rankSchema = z.object({
  user: name,
  items: z.array(name).min(1).max(1000),
  context: z.record(z.string(), z.unknown()).optional(),
});

export const limitSchema = z.coerce.number().int().min(1).max(200).default(10);
export const recommendQuery = z.object({ surface: name.default("home"), limit: limitSchema });

export interface Rejection {
  index: number;
  path: string;
  reason: string;
}

/** Judges events one by one: a malformed one is rejected with its path and reason, the others are kept. */
export function parseEvents(bodies: readonly unknown[]): { events: StoredEvent[]; rejected: Rejection[] } {
  const events: StoredEvent[] = [];
  const rejected: Rejection[] = [];
  bodies.forEach((body, index) => {
    const parsed = eventSchema.safeParse(body);
    if (parsed.success) {
      const { id = randomUUID(), time = new Date().toISOString(), ...rest } = parsed.data;
      events.push({ id, time, ...rest });
    } else {
      for (const issue of parsed.error.issues.slice(0, 1)) {
        rejected.push({ index, path: issue.path.join("."), reason: issue.message });
      }
    }
  });
  return { events, rejected };
}
