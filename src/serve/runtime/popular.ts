import type { Analytics, EventLog } from "../../store/index.js";
import type { ScoredItem } from "../heed.js";

const longest = 1000;
const freshFor = 5000;

interface Held {
  list: Promise<ScoredItem[]>;
  made: number;
  head: number;
  renewing: boolean;
}

/**
 * The most chosen items of a project, best first, counted over all outcomes or over the last `within` milliseconds. Kept for
 * five seconds and then renewed behind the answers, so that a request never waits for a scan but the first.
 */
export function openPopular(
  log: EventLog,
  analytics: Analytics,
  now: () => number,
): (project: string, within?: number) => Promise<ScoredItem[]> {
  const held = new Map<string, Held>();

  async function count(project: string, within?: number): Promise<ScoredItem[]> {
    const top = await analytics.top({
      project,
      by: "item",
      limit: longest,
      ...(within !== undefined && { from: now() - within }),
    });
    return top.map(({ id, count: score }) => ({ item: id, score }));
  }

  async function renew(entry: Held, project: string, within?: number): Promise<void> {
    const head = await log.head();
    if (head !== entry.head || within !== undefined) {
      const list = await count(project, within);
      entry.list = Promise.resolve(list);
      entry.head = head;
    }
    entry.made = now();
  }

  return (project, within) => {
    const key = JSON.stringify([project, within ?? null]);
    let entry = held.get(key);
    if (!entry) {
      entry = { list: count(project, within), made: now(), head: -1, renewing: false };
      held.set(key, entry);
      entry.list.catch(() => held.delete(key));
      return entry.list;
    }
    if (!entry.renewing && now() - entry.made > freshFor) {
      const stale = entry;
      stale.renewing = true;
      renew(stale, project, within)
        // The list stands until it can be counted again.
        .catch(() => {})
        .finally(() => {
          stale.renewing = false;
        });
    }
    return entry.list;
  };
}
