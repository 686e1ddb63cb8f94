import type { HeedEvent } from "../events/index.js";

let made = 0;

/** An event with an id of its own, at a time given in milliseconds (default: a moment of 2026). */
export function sampleEvent(
  fields: Omit<Partial<HeedEvent>, "time" | "received"> & { time?: number; received?: number } = {},
): HeedEvent {
  const { time = Date.UTC(2026, 4, 4, 10), received = time, ...rest } = fields;
  return {
    id: `sample-${++made}`,
    project: "p",
    user: "u",
    action: "view",
    ...rest,
    time: new Date(time).toISOString(),
    received: new Date(received).toISOString(),
  };
}

/** A moment of 2026 plus some seconds, in milliseconds. */
export function second(seconds: number): number {
  return Date.UTC(2026, 4, 4, 10) + seconds * 1_000;
}
