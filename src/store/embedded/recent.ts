import type { LogEntry } from "../event-log.js";

/** The newest entries of the log in memory, for readers that keep up with it. */
export interface Recent {
  push(entries: readonly LogEntry[]): void;
  /** Entries after a position, or null when some of them are not here any more. */
  after(position: number, limit: number, project: string | undefined): LogEntry[] | null;
  /** Drops what matches. */
  remove(matches: (entry: LogEntry) => boolean): void;
  readonly size: number;
}

/** `start` is the position after which everything that is committed passes through here. */
export function createRecent(start: number, limit: number): Recent {
  let entries: LogEntry[] = [];
  let complete = start;

  return {
    push(added) {
      for (const entry of added) entries.push(entry);
      if (entries.length < limit * 2) return;
      complete = entries[entries.length - limit - 1]!.position;
      entries = entries.slice(-limit);
    },
    after(position, count, project) {
      if (position < complete) return null;
      const found: LogEntry[] = [];
      for (let i = firstAfter(entries, position); i < entries.length && found.length < count; i++)
        if (project === undefined || entries[i]!.event.project === project) found.push(entries[i]!);
      return found;
    },
    remove(matches) {
      entries = entries.filter((entry) => !matches(entry));
    },
    get size() {
      return entries.length;
    },
  };
}

function firstAfter(entries: readonly LogEntry[], position: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
