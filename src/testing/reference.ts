import {
  clockTolerance,
  createIdentity,
  identityPairs,
  isExposure,
  isOutcome,
  resolveUser,
} from "../events/index.js";
import type { ExampleScan, LogEntry, Merge } from "../store/index.js";

/** One row of `Examples`, written out. */
export interface ExampleRow {
  position: number;
  at: number;
  user: string;
  slate: string;
  surface: string | null;
  model: string | null;
  item: string;
  rank: number;
  propensity: number;
  outcomes: Record<string, { count: number; sum: number }>;
  history: { at: number; action: string; item: string | null; value: number | null }[];
  userCounters: Record<string, { count: number; sum: number; last: number | null }>;
  itemCounters: Record<string, { count: number; sum: number; last: number | null }>;
}

/** Rules to leave out, to plant the very bugs that a contract must find. */
export interface Blindness {
  /** See events that were committed after the exposure. */
  position?: boolean;
  /** See events that happened after the exposure. */
  time?: boolean;
  /** Count merges from the beginning instead of from when they were made. */
  merges?: boolean;
}

/** Acts of a user that the history is chosen from: what online state keeps by default. */
const keptActs = 100;

/** Examples the slow, obvious way: for every row, every entry of the log is asked whether it could be seen. */
export function referenceExamples(
  entries: readonly LogEntry[],
  merges: readonly Merge[],
  scan: ExampleScan,
  blind: Blindness = {},
): ExampleRow[] {
  const own = entries.filter(({ event }) => event.project === scan.project);
  const links = merges.filter(({ project }) => project === scan.project);
  const pairs = identityPairs(links);
  const identity = createIdentity(links);
  const since = (user: string, past: string) => {
    if (user === past) return 0;
    const pair = pairs.find((each) => each.user === user && each.past === past);
    return pair && blind.merges ? 0 : pair?.since;
  };
  const slates = new Set<string>();
  return own.filter(isFirstOfItsSlate).filter(inScan).flatMap(rowsOf);

  function isFirstOfItsSlate({ event }: LogEntry): boolean {
    if (!isExposure(event) || slates.has(event.slate!)) return false;
    slates.add(event.slate!);
    return true;
  }

  function inScan({ position, at, event }: LogEntry): boolean {
    const { after = 0, upTo = Infinity, from = -Infinity, to = Infinity, surface } = scan;
    if (surface !== undefined && event.surface !== surface) return false;
    return position > after && position <= upTo && at >= from && at < to;
  }

  function rowsOf(exposure: LogEntry): ExampleRow[] {
    const { event } = exposure;
    const visible = own.filter((entry) => {
      if (entry === exposure) return false;
      const early = blind.position || entry.position < exposure.position;
      return early && (blind.time || entry.at <= exposure.at);
    });
    const mine = visible.filter((entry) => {
      const merged = since(event.user, entry.event.user);
      return merged !== undefined && (blind.position || merged < exposure.position);
    });
    const history = mine
      .filter((entry) => entry.event.action !== "impression")
      .sort((a, b) => a.at - b.at || a.position - b.position)
      .slice(-keptActs)
      .filter((entry) => !scan.historyActions || scan.historyActions.includes(entry.event.action))
      .slice(-(scan.history ?? 50) || Number.POSITIVE_INFINITY)
      .map(({ at, event: act }) => ({
        at,
        action: act.action,
        item: act.item ?? null,
        value: act.value ?? null,
      }));
    const seen = new Set<string>();
    return event.items!.map(({ item, position: rank, propensity }) => {
      const isFirst = !seen.has(item);
      seen.add(item);
      return {
        position: exposure.position,
        at: exposure.at,
        user: resolveUser(identity, event.user),
        slate: event.slate!,
        surface: event.surface ?? null,
        model: event.model ?? null,
        item,
        rank,
        propensity,
        outcomes: byAction(scan.actions ?? ["click"], (action) => {
          const answers = own.filter(({ at, event: answer }) => {
            if (!isFirst || !isOutcome(answer) || answer.action !== action) return false;
            const delay = at - exposure.at;
            const inWindow = delay >= -clockTolerance && delay <= (scan.window ?? 24 * 60 * 60_000);
            return answer.slate === event.slate && answer.item === item && inWindow;
          });
          return { count: answers.length, sum: sumOf(answers) };
        }),
        history,
        userCounters: byAction(scan.userCounters ?? [], (action) =>
          tally(mine.filter((entry) => entry.event.action === action)),
        ),
        itemCounters: byAction(scan.itemCounters ?? [], (action) =>
          tally(
            visible
              .filter((entry) => entry.event.action === action)
              .flatMap((entry) => itemsOf(entry).flatMap((each) => (each === item ? [entry] : []))),
          ),
        ),
      };
    });
  }
}

function byAction<T>(actions: readonly string[], of: (action: string) => T): Record<string, T> {
  return Object.fromEntries(actions.map((action) => [action, of(action)]));
}

function tally(entries: readonly LogEntry[]): { count: number; sum: number; last: number | null } {
  const last = entries.length === 0 ? null : Math.max(...entries.map(({ at }) => at));
  return { count: entries.length, sum: sumOf(entries), last };
}

function sumOf(entries: readonly LogEntry[]): number {
  return entries.reduce((sum, { event }) => sum + (event.value ?? 0), 0);
}

function itemsOf({ event }: LogEntry): string[] {
  return event.items?.map(({ item }) => item) ?? (event.item === undefined ? [] : [event.item]);
}
