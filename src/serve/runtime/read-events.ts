import type { Store } from "../../store/index.js";
import type { EventPage } from "../heed.js";

/** A page of a project's log, in its order; each event belongs to the user whom its user was merged into. */
export async function readEvents(
  { log, online }: Store,
  project: string,
  { after = 0, limit = 1_000 }: { after?: number; limit?: number },
): Promise<EventPage> {
  const head = await log.head();
  const entries = await log.read({ project, after, limit });
  const persons = new Map<string, string>();
  for (const { event } of entries)
    if (!persons.has(event.user)) persons.set(event.user, await online.resolve(project, event.user));
  const last = entries.at(-1)?.position;
  return {
    events: entries.map(({ event }) => ({ ...event, user: persons.get(event.user)! })),
    ...(entries.length === limit && last !== undefined && { next: last }),
    head,
  };
}
