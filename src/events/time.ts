import type { HeedEvent } from "./event.js";

/** Clock differences below this, in milliseconds, cannot be told from the time a message travels. */
export const smallestSkew = 1_000;

/** An event that claims to be from further in the future than this, in milliseconds, has its time corrected on its own. */
export const futureTolerance = 5 * 60_000;

/** What RFC 3339 can write: years of four digits. */
const earliest = Date.parse("0000-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** Milliseconds since 1970 of an RFC 3339 time; NaN when it has no year of four digits in UTC. */
export function parseTime(time: string): number {
  const milliseconds = Date.parse(time);
  return milliseconds >= earliest && milliseconds <= latest ? milliseconds : Number.NaN;
}

/**
 * How far the clock that wrote `time` was ahead of the receiver's, in milliseconds; 0 when it cannot be told or is too
 * little to matter. `sent` (the sender's clock when it sent) tells it for the whole batch; without it, or where it does
 * not explain the time, an event from the future is taken to have happened when it was received.
 */
export function clockSkew(time: number, received: number, sent?: number): number {
  const measured = sent === undefined ? 0 : sent - received;
  const skew = Math.abs(measured) < smallestSkew ? 0 : measured;
  return time - skew > received + futureTolerance ? time - received : skew;
}

/**
 * When an event happened by the receiver's clock, in milliseconds since 1970: never later than it was received. `parse`
 * may remember times it has read before.
 */
export function correctedTime(
  event: Pick<HeedEvent, "time" | "received" | "skew">,
  parse: (time: string) => number = Date.parse,
): number {
  return Math.min(parse(event.time) - (event.skew ?? 0), parse(event.received));
}
