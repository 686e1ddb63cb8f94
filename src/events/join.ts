import type { HeedEvent, ShownItem } from "./event.js";

/** An event with its skew-corrected time in milliseconds (see `correctedTime`). */
export interface TimedEvent {
  at: number;
  event: HeedEvent;
}

/** An outcome that names a slate, beside what it answers to. */
export type Feedback =
  | { kind: "joined"; outcome: TimedEvent; exposure: TimedEvent; shown: ShownItem }
  /** The slate is known, but the item was not in it, or the outcome happened outside the window. */
  | { kind: "not-shown" | "outside-window"; outcome: TimedEvent; exposure: TimedEvent }
  /** Nobody logged such a slate: kept, flagged, and of no use to off-policy estimates. */
  | { kind: "lost-slate"; outcome: TimedEvent };

export interface JoinOptions {
  /** An outcome belongs to its exposure when it happened at most so long after it, in milliseconds. */
  window: number;
}

/** An outcome may seem to precede its exposure by so much, in milliseconds: the clocks are two machines'. */
export const clockTolerance = 5_000;

/** An event that shows a slate. */
export function isExposure(event: HeedEvent): boolean {
  return event.action === "impression" && event.slate !== undefined && event.items !== undefined;
}

/** An event that answers to an item of a slate. */
export function isOutcome(event: HeedEvent): boolean {
  return event.slate !== undefined && event.item !== undefined && !isExposure(event);
}

/**
 * Joins outcomes with the exposures they name, by slate and item within the window. The order of `entries` does not
 * matter, except that of two impressions of one slate the first counts. One answer an outcome that names a slate.
 */
export function joinOutcomes(entries: Iterable<TimedEvent>, options: JoinOptions): Feedback[] {
  const join = outcomeJoin({ ...options, patience: Number.POSITIVE_INFINITY });
  const found: Feedback[] = [];
  for (const entry of entries) found.push(...join.push(entry));
  return [...found, ...join.close()];
}

export interface StreamingJoinOptions extends JoinOptions {
  /** How long after its arrival an outcome waits for its exposure, and an exposure after its window for outcomes, in milliseconds. */
  patience: number;
  /** Exposures and waiting outcomes held at most; default 1 M of each. The oldest go first. */
  limit?: number;
}

export interface OutcomeJoin {
  /** Takes events in order of arrival; answers what they settle. */
  push(entry: TimedEvent): Feedback[];
  /** Answers what is still waiting: its slates are lost. */
  close(): Feedback[];
  readonly exposures: number;
  readonly waiting: number;
}

interface Exposure {
  entry: TimedEvent;
  shown: Map<string, ShownItem>;
}

/** The same join as a stream, in bounded memory: exposures and outcomes may come late and in any order. */
export function outcomeJoin(options: StreamingJoinOptions): OutcomeJoin {
  const { window, patience, limit = 1_000_000 } = options;
  const exposures = new Map<string, Exposure>();
  const waiting = new Map<string, TimedEvent[]>();
  let waitingCount = 0;
  let now = Number.NEGATIVE_INFINITY;

  function settle(outcome: TimedEvent, exposure: Exposure): Feedback {
    const delay = outcome.at - exposure.entry.at;
    const shown = exposure.shown.get(outcome.event.item!);
    if (!shown) return { kind: "not-shown", outcome, exposure: exposure.entry };
    if (delay > window || delay < -clockTolerance)
      return { kind: "outside-window", outcome, exposure: exposure.entry };
    return { kind: "joined", outcome, exposure: exposure.entry, shown };
  }

  function giveUp(before: number): Feedback[] {
    const lost: Feedback[] = [];
    for (const [key, outcomes] of waiting) {
      if (waitingCount <= limit && Date.parse(outcomes[0]!.event.received) >= before) break;
      for (const outcome of outcomes) lost.push({ kind: "lost-slate", outcome });
      waiting.delete(key);
      waitingCount -= outcomes.length;
    }
    return lost;
  }

  return {
    push(entry) {
      const { event } = entry;
      if (event.slate === undefined) return [];
      now = Math.max(now, Date.parse(event.received));
      const key = `${event.project}\n${event.slate}`;
      const found: Feedback[] = [];
      if (isExposure(event) && !exposures.has(key)) {
        const exposure = { entry, shown: shownItems(event.items!) };
        exposures.set(key, exposure);
        const early = waiting.get(key) ?? [];
        waiting.delete(key);
        waitingCount -= early.length;
        for (const outcome of early) found.push(settle(outcome, exposure));
        for (const [oldKey, old] of exposures) {
          if (exposures.size <= limit && old.entry.at + window + patience >= now) break;
          exposures.delete(oldKey);
        }
      } else if (isOutcome(event)) {
        const exposure = exposures.get(key);
        if (exposure) found.push(settle(entry, exposure));
        else {
          const others = waiting.get(key);
          if (others) others.push(entry);
          else waiting.set(key, [entry]);
          waitingCount++;
        }
      }
      return [...found, ...giveUp(now - patience)];
    },
    close: () => giveUp(Number.POSITIVE_INFINITY),
    get exposures() {
      return exposures.size;
    },
    get waiting() {
      return waitingCount;
    },
  };
}

/** An item that was shown twice counts at its first place. */
function shownItems(items: readonly ShownItem[]): Map<string, ShownItem> {
  const shown = new Map<string, ShownItem>();
  for (const entry of items) if (!shown.has(entry.item)) shown.set(entry.item, entry);
  return shown;
}
