import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { decide, nextCursor, type Page, readCursor } from "../../src/decide/index.js";
import { candidates, decideConfig, names, request } from "./world.js";

const secret = Buffer.from("a secret of the server");
const scope = { project: "default", surface: "home", user: "ann" };

test("no item comes twice over any number of pages, though scores change between them and the policy explores", () => {
  const config = decideConfig({ policy: { type: "epsilon-greedy", epsilon: 0.5 } });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.nat(1000), (limit, seed) => {
      const scores = random(seed, "scores");
      const shown: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page === 0 || cursor !== undefined; page++) {
        const previous: Page | undefined =
          cursor === undefined ? undefined : readCursor(scope, cursor, secret);
        const pool = candidates(25, () => ({ score: scores.uniform() }));
        const asked = request({ id: `${seed}-${page}`, limit, shown: previous?.shown });
        const decision = decide(asked, pool, config);
        shown.push(...names(decision));
        cursor =
          decision.remaining === 0
            ? undefined
            : nextCursor(scope, asked.id, names(decision), secret, previous);
      }
      expect(shown).toHaveLength(25);
      expect(new Set(shown).size).toBe(25);
    }),
  );
});

describe("a cursor", () => {
  const cursor = nextCursor(scope, "request", ["a", "b"], secret)!;

  test("knows what was shown", () => {
    const { shown } = readCursor(scope, cursor, secret);
    expect(["a", "b", "c"].map(shown)).toEqual([true, true, false]);
  });

  test("is short, safe in a URL, and ends the list after 1,000 items", () => {
    expect(cursor).toMatch(/^[\w-]+$/);
    const items = (count: number) => Array.from({ length: count }, (_, i) => `item ${i}`);
    expect(nextCursor(scope, "request", items(1000), secret)!.length).toBeLessThan(5400);
    expect(nextCursor(scope, "request", items(1001), secret)).toBeUndefined();
  });

  test.each([
    ["another user", { ...scope, user: "bob" }],
    ["another surface", { ...scope, surface: "feed" }],
    ["another project", { ...scope, project: "other" }],
  ])("is of no use to %s", (_, other) => {
    expect(() => readCursor(other, cursor, secret)).toThrow("belongs to another user");
  });

  test("is of no use under another secret", () => {
    expect(() => readCursor(scope, cursor, Buffer.from("another"))).toThrow(
      expect.objectContaining({ code: "cursor-invalid" }),
    );
  });

  test("that was changed anywhere, cut or made up is refused", () => {
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(..."AZaz09-_"), (place, letter) => {
        const changed = cursor.slice(0, place) + letter + cursor.slice(place + 1);
        if (changed !== cursor) expect(() => readCursor(scope, changed, secret)).toThrow("cursor");
        expect(() => readCursor(scope, cursor.slice(0, place), secret)).toThrow("cursor");
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readCursor(scope, text, secret)).toThrow(
          expect.objectContaining({ code: "cursor-invalid" }),
        );
      }),
    );
  });
});
