import { HeedError } from "../../core/errors.js";
import type { EventLog } from "../../store/index.js";

/** Log entries that are read at once, and altogether for one page. */
const step = 1_000;
const most = 50_000;

/** One page of a project's events in order of log position; the cursor is the last position that was looked at. */
export async function listEvents(
  log: EventLog,
  project: string,
  options: { limit?: number; cursor?: string; actions?: readonly string[] },
): Promise<{ events: object[]; cursor?: string }> {
  const { limit = 100, cursor, actions } = options;
  let after = cursor === undefined ? 0 : position(cursor);
  const events: object[] = [];
  for (let seen = 0; seen < most; ) {
    const asked = actions ? step : Math.min(step, limit - events.length);
    const entries = await log.read({ project, after, limit: asked });
    for (const { position: at, event } of entries) {
      after = at;
      if (actions && !actions.includes(event.action)) continue;
      events.push(event);
      if (events.length === limit) return { events, cursor: String(after) };
    }
    if (entries.length < asked) return { events };
    seen += entries.length;
  }
  return { events, cursor: String(after) };
}

function position(cursor: string): number {
  const value = Number(cursor);
  if (/^\d+$/.test(cursor) && Number.isSafeInteger(value)) return value;
  throw new HeedError(
    "cursor-invalid",
    "the cursor is not one that a page gave",
    "give the cursor of the page before",
  );
}
