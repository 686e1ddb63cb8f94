import type { Analytics, EventLog } from "../../store/index.js";
import type { ScoredItem } from "../heed.js";

const longest = 1000;
/** Milliseconds that a list is good for, and how many times as long as counting it took, if that is more. */
const freshFor = 5000;
const timesCounting = 20;

interface Held {
  list: Promise<ScoredItem[]>;
  /** When it is to be counted again. */
  renewAt: number;
  head: number;
  renewing: boolean;
}

/**
 * The most chosen items of a project, best first, counted over all outcomes or over the last `within` milliseconds. Kept for
 * five seconds, on a long log longer, and then renewed behind the answers: a request never waits for a scan but the first,
 * and scans take a twentieth of the time at most.
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

  /** Makes the entry's list, and says how long it is good for. */
  async function make(entry: Held, project: string, within?: number): Promise<ScoredItem[]> {
    const start = now();
    entry.head = await log.head();
    const list = await count(project, within);
    const end = now();
    entry.renewAt = end + Math.max(freshFor, timesCounting * (end - start));
    return list;
  }

  async function renew(entry: Held, project: string, within?: number): Promise<void> {
    const unchanged = within === undefined && (await log.head()) === entry.head;
    if (unchanged) entry.renewAt = now() + freshFor;
    else entry.list = Promise.resolve(await make(entry, project, within));
  }

  return (project, within) => {
    const key = JSON.stringify([project, within ?? null]);
    const entry = held.get(key);
    if (!entry) {
      const first: Held = {
        list: Promise.resolve([]),
        renewAt: Number.POSITIVE_INFINITY,
        head: -1,
        renewing: false,
      };
      first.list = make(first, project, within);
      held.set(key, first);
      first.list.catch(() => held.delete(key));
      return first.list;
    }
    if (!entry.renewing && now() >= entry.renewAt) {
      entry.renewing = true;
      renew(entry, project, within)
        // The list stands until it can be counted again.
        .catch(() => {
          entry.renewAt = now() + freshFor;
        })
        .finally(() => {
          entry.renewing = false;
        });
    }
    return entry.list;
  };
}
