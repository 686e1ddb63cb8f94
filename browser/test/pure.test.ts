import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { backoff, retryAfter } from "../src/backoff.js";
import { createTokenBucket } from "../src/token-bucket.js";

describe("the token bucket", () => {
  test("gives the burst at once, then as many as time brings", () => {
    let now = 0;
    const take = createTokenBucket({ perSecond: 10, burst: 20 }, () => now);
    expect(take(20)).toBe(0);
    expect(take(5)).toBeGreaterThanOrEqual(500);
    now = 499;
    expect(take(5)).toBeGreaterThan(0);
    now = 501;
    expect(take(5)).toBe(0);
    now = 60_000;
    expect(take(20)).toBe(0);
    expect(take(1)).toBeGreaterThan(0);
  });

  const moves = fc.array(
    fc.record({ pause: fc.integer({ min: 0, max: 3000 }), count: fc.integer({ min: 1, max: 30 }) }),
    {
      maxLength: 60,
    },
  );

  test("never gives more than the burst and the refill of any stretch of time", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 30, max: 60 }),
        moves,
        (perSecond, burst, list) => {
          let now = 0;
          const take = createTokenBucket({ perSecond, burst }, () => now);
          const grants: { at: number; count: number }[] = [];
          for (const { pause, count } of list) {
            now += pause;
            if (take(count) === 0) grants.push({ at: now, count });
          }
          for (let from = 0; from < grants.length; from++) {
            let sum = 0;
            for (const { at, count } of grants.slice(from)) {
              sum += count;
              expect(sum).toBeLessThanOrEqual(burst + ((at - grants[from]!.at) / 1000) * perSecond + 1e-6);
            }
          }
        },
      ),
    );
  });

  test("keeps its word: after the wait it named, the tokens are there", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 60 }),
        moves,
        (perSecond, burst, list) => {
          let now = 0;
          const take = createTokenBucket({ perSecond, burst }, () => now);
          for (const { count } of list) {
            now += take(count);
            const wait = take(count);
            now += wait;
            if (wait > 0) expect(take(count)).toBe(0);
          }
        },
      ),
    );
  });

  test("a clock that goes back takes nothing away", () => {
    let now = 1000;
    const take = createTokenBucket({ perSecond: 1, burst: 3 }, () => now);
    expect(take(1)).toBe(0);
    now = 0;
    expect(take(2)).toBe(0);
  });
});

describe("the backoff", () => {
  test("doubles from a second to a minute, and its upper half is spread evenly", () => {
    const { uniform } = random(1, "backoff");
    for (const [attempt, ceiling] of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000].entries()) {
      const waits = Array.from({ length: 2000 }, () => backoff(attempt, uniform));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(ceiling / 2);
      expect(Math.max(...waits)).toBeLessThan(ceiling);
      const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
      // Six standard errors of the mean of a uniform draw.
      expect(Math.abs(mean / ceiling - 0.75)).toBeLessThan((6 * 0.5) / Math.sqrt(12 * waits.length));
    }
  });

  test("stays finite however often it failed", () => {
    expect(backoff(5000, () => 0.5)).toBe(45_000);
  });
});

describe("Retry-After", () => {
  test.each([
    ["3", 3000],
    [" 0 ", 0],
    ["86400", 3_600_000],
    ["Thu, 01 Jan 1970 00:00:12 GMT", 2000],
    ["Thu, 01 Jan 1970 00:00:01 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ])("%j is %j", (header, wait) => {
    expect(retryAfter(header, 10_000)).toBe(wait);
  });
});
