const first = 1000;
const longest = 60_000;

/**
 * How long to wait before retry number `attempt` (from 0), in milliseconds: doubling from 1 s to 60 s, of which the upper
 * half is random, so that browsers cut off together do not come back together.
 */
export function backoff(attempt: number, uniform: () => number): number {
  const ceiling = Math.min(longest, first * 2 ** attempt);
  return (ceiling / 2) * (1 + uniform());
}

/** A Retry-After header (seconds or an HTTP date) in milliseconds, at most an hour; undefined when absent or unreadable. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), 3_600_000);
}
