import type { LogEntry, Store } from "../../store/index.js";
import type { EventPage } from "../heed.js";

/** Log entries that are read at once where some actions only are wanted, and altogether for one page. */
const step = 1_000;
const most = 50_000;

/** A page of a project's log, in its order; each event belongs to the user whom its user was merged into. */
export async function readEvents(
  { log, online }: Store,
  project: string,
  { after = 0, limit = 1_000, actions }: { after?: number; limit?: number; actions?: readonly string[] },
): Promise<EventPage> {
  const head = await log.head();
  const found: LogEntry[] = [];
  let next: number | undefined = after;
  for (let looked = 0; next !== undefined && found.length < limit && looked < most; ) {
    const asked: number = actions ? step : limit;
    const entries: LogEntry[] = await log.read({ project, after: next, limit: asked });
    const wanted = entries.filter(({ event }) => !actions || actions.includes(event.action));
    const taken = wanted.slice(0, limit - found.length);
    found.push(...taken);
    looked += entries.length;
    if (taken.length < wanted.length || found.length === limit) next = taken.at(-1)!.position;
    else next = entries.length === asked ? entries.at(-1)!.position : undefined;
  }
  const persons = new Map<string, string>();
  for (const { event } of found)
    if (!persons.has(event.user)) persons.set(event.user, await online.resolve(project, event.user));
  return {
    events: found.map(({ event }) => ({ ...event, user: persons.get(event.user)! })),
    ...(next !== undefined && { next }),
    head,
  };
}
