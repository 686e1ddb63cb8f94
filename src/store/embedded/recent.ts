import type { LogEntry } from "../event-log.js";

/** The newest entries of the log in memory, while somebody follows it. */
export interface Recent {
  /** From now on what is committed passes through here; `head` is the position before it. Answers how to stop. */
  open(head: number): () => void;
  push(entries: readonly LogEntry[]): void;
  /** Entries after a position, or null when some of them are not here. */
  after(position: number, limit: number, project: string | undefined): LogEntry[] | null;
  /** Drops what matches. */
  remove(matches: (entry: LogEntry) => boolean): void;
  readonly size: number;
}

export function createRecent(limit: number): Recent {
  let entries: LogEntry[] = [];
  /** Everything after this position is here. */
  let complete = Number.POSITIVE_INFINITY;
  let followers = 0;

  return {
    open(head) {
      if (followers++ === 0) complete = head;
      return () => {
        if (--followers > 0) return;
        entries = [];
        complete = Number.POSITIVE_INFINITY;
      };
    },
    push(added) {
      if (followers === 0) return;
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
