import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { createHash } from "../../src/store/embedded/hash.js";
import { createIdWindow } from "../../src/store/embedded/id-window.js";

const hash = () => createHash({ high: 0x1234567, low: 0x89abcdef });
const day = 86_400_000;

describe("the id window", () => {
  test("knows what it was given, and nothing else", () => {
    const window = createIdWindow({ ids: 200_000, milliseconds: day }, hash());
    for (let i = 0; i < 200_000; i++) expect(window.claim("p", `id-${i}`, i)).toBe(true);
    for (let i = 0; i < 200_000; i++) expect(window.claim("p", `id-${i}`, 200_000)).toBe(false);
    for (let i = 200_000; i < 400_000; i++) expect(window.has("p", `id-${i}`, 200_000)).toBe(false);
    expect(window.size).toBe(200_000);
  });

  test("keeps projects apart, and where one text ends and the next begins", () => {
    const window = createIdWindow({ ids: 10, milliseconds: day }, hash());
    window.claim("ab", "c", 0);
    expect([window.has("a", "bc", 0), window.has("abc", "", 0), window.has("ab", "c", 0)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("forgets the oldest when it is full, but no younger than it promised", () => {
    const window = createIdWindow({ ids: 1_000, milliseconds: day }, hash());
    for (let i = 0; i < 10_000; i++) window.claim("p", `${i}`, 0);
    for (let i = 9_000; i < 10_000; i++) expect(window.has("p", `${i}`, 0)).toBe(true);
    expect(window.has("p", "0", 0)).toBe(false);
    expect(window.size).toBeLessThan(1_300);
  });

  test("forgets what is older than its time", () => {
    const window = createIdWindow({ ids: 1_000, milliseconds: day }, hash());
    window.claim("p", "old", 0);
    window.claim("p", "young", day / 2);
    expect(window.has("p", "old", day - 1)).toBe(true);
    expect(window.has("p", "old", day + 1)).toBe(false);
    expect(window.has("p", "young", day + 1)).toBe(true);
    expect(window.has("p", "young", 2 * day)).toBe(false);
  });

  test("takes at most 26 bytes an id once it is full", () => {
    const window = createIdWindow({ ids: 100_000, milliseconds: day }, hash());
    for (let i = 0; i < 300_000; i++) window.claim("p", `${i}`, 0);
    expect(window.bytes / 100_000).toBeLessThan(26);
  });

  test("behaves as a set under claims and releases", () => {
    const id = fc.integer({ min: 0, max: 40 }).map(String);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), id), { maxLength: 300 }), (steps) => {
        const window = createIdWindow({ ids: 1_000, milliseconds: day }, hash());
        const model = new Set<string>();
        for (const [isClaim, key] of steps) {
          if (isClaim) {
            expect(window.claim("p", key, 0)).toBe(!model.has(key));
            model.add(key);
          } else {
            window.release("p", key);
            model.delete(key);
          }
        }
        for (let i = 0; i <= 40; i++) expect(window.has("p", `${i}`, 0)).toBe(model.has(`${i}`));
        expect(window.size).toBe(model.size);
      }),
    );
  });

  test("releases from a crowded table without losing those behind the gap", () => {
    const window = createIdWindow({ ids: 5_000, milliseconds: day }, hash());
    const draw = random(1, "release");
    const kept = new Set<string>();
    for (let i = 0; i < 4_000; i++) {
      window.claim("p", `${i}`, 0);
      kept.add(`${i}`);
    }
    for (let i = 0; i < 2_000; i++) {
      const id = `${draw.integer(4_000)}`;
      window.release("p", id);
      kept.delete(id);
    }
    for (let i = 0; i < 4_000; i++) expect(window.has("p", `${i}`, 0)).toBe(kept.has(`${i}`));
  });
});

describe("the hash", () => {
  test.each(["high", "low"] as const)("spreads ids that differ little over its %s half", (half) => {
    const each = hash();
    const seen = new Set<number>();
    const buckets = new Int32Array(1_024);
    const count = 200_000;
    for (let i = 0; i < count; i++) {
      each.of("project", `user-${i}`);
      seen.add(each[half]);
      buckets[each[half] & 1_023]!++;
    }
    // n^2 / 2^33 = 4.7 pairs of 200,000 random numbers of 32 bits are expected to collide.
    expect(count - seen.size).toBeLessThan(20);
    const expected = count / 1_024;
    const chiSquare = buckets.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(1_023 + 6 * Math.sqrt(2 * 1_023));
  });

  test("has halves that do not agree by more than chance", () => {
    const each = hash();
    let agreed = 0;
    for (let i = 0; i < 100_000; i++) {
      each.of("p", `${i}`);
      const bits = each.high ^ each.low;
      for (let b = 0; b < 32; b++) agreed += (bits >>> b) & 1;
    }
    expect(Math.abs(agreed / 3_200_000 - 0.5)).toBeLessThan(0.002);
  });

  test("differs by its seed", () => {
    const other = createHash({ high: 1, low: 2 });
    const one = hash();
    one.of("p", "x");
    other.of("p", "x");
    expect([one.high, one.low]).not.toEqual([other.high, other.low]);
  });
});
