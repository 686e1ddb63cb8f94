import type { HeedEvent, Rejection } from "../../events/event.js";
import type { EventLog } from "../../store/index.js";
import type { RecordResult } from "../heed.js";

interface Acceptance {
  project: string;
  now: number;
  newId: () => string;
  /** When the sender sent it by its own clock, in milliseconds, where it says so. */
  sent?: number;
}

/** Judges events one by one and stores what passes: the answer comes when it is durable. `heard` gets what is new. */
export async function recordEvents(
  log: EventLog,
  heard: (event: HeedEvent) => void,
  accept: (
    bodies: readonly unknown[],
    options: Acceptance,
  ) => { events: HeedEvent[]; rejected: Rejection[]; indices?: readonly number[] },
  bodies: readonly unknown[],
  options: Acceptance,
): Promise<RecordResult> {
  const { events, rejected } = accept(bodies, options);
  const outcomes = events.length > 0 ? await log.append(events) : [];
  events.forEach((event, i) => {
    if (typeof outcomes[i] === "number") heard(event);
  });
  const refused = new Set(rejected.map(({ index }) => index));
  const indices = bodies.flatMap((_, index) => (refused.has(index) ? [] : [index]));
  const erased = outcomes.flatMap((outcome, i): Rejection[] =>
    outcome === "erased"
      ? [{ index: indices[i]!, path: "user", reason: "this user was erased after the event happened" }]
      : [],
  );
  return {
    accepted: outcomes.filter((outcome) => typeof outcome === "number").length,
    duplicates: outcomes.filter((outcome) => outcome === "duplicate").length,
    rejected: [...rejected, ...erased].sort((a, b) => a.index - b.index),
  };
}
