import type { Rate } from "./key-file.js";

/** What a bucket says to one request. Times are in seconds. */
export interface Grant {
  allowed: boolean;
  /** Requests that may follow at once. */
  remaining: number;
  /** When the bucket is full again. */
  reset: number;
  /** When the next request is allowed; 0 if it is now. */
  wait: number;
}

export interface Buckets {
  /** Takes one token from the bucket of this name. */
  take(name: string, rate: Rate): Grant;
}

interface Bucket {
  tokens: number;
  time: number;
}

/**
 * Token buckets by name: each holds up to `burst` tokens and gains `perSecond`. At most `capacity` are kept; beyond that the
 * one unused for longest is forgotten, which refills it.
 */
export function tokenBuckets(capacity: number, now: () => number = Date.now): Buckets {
  const buckets = new Map<string, Bucket>();
  return {
    take(name, rate) {
      const time = now() / 1000;
      const found = buckets.get(name);
      const elapsed = found ? Math.max(0, time - found.time) : 0;
      const tokens = found ? Math.min(rate.burst, found.tokens + elapsed * rate.perSecond) : rate.burst;
      const allowed = tokens >= 1;
      const left = allowed ? tokens - 1 : tokens;
      buckets.delete(name); // a map keeps the order of insertion: the last used comes last
      buckets.set(name, { tokens: left, time });
      if (buckets.size > capacity) buckets.delete(buckets.keys().next().value!);
      return {
        allowed,
        remaining: Math.floor(left),
        reset: Math.ceil((rate.burst - left) / rate.perSecond),
        wait: left >= 1 ? 0 : (1 - left) / rate.perSecond,
      };
    },
  };
}

/** The RateLimit-Policy and RateLimit headers (draft-ietf-httpapi-ratelimit-headers-10) of one policy. */
export function rateHeaders(policy: string, rate: Rate, grant: Grant): Record<string, string> {
  const window = Math.max(1, Math.ceil(rate.burst / rate.perSecond));
  return {
    "ratelimit-policy": `"${policy}";q=${Math.floor(rate.burst)};w=${window}`,
    ratelimit: `"${policy}";r=${grant.remaining};t=${grant.reset}`,
  };
}
