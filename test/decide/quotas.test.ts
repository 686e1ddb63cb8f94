import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Candidate, decide } from "../../src/decide/index.js";
import { candidates, decideConfig, names, request } from "./world.js";

const categories = ["news", "sport", "film"] as const;
const of = (...kinds: string[][]) => candidates(kinds.length, (i) => ({ facts: { categories: kinds[i]! } }));
const is = (category: string) => ({ attribute: "categories", eq: category });

describe("a quota", () => {
  test("at most: what would be too many waits until after the window", () => {
    const config = decideConfig({ rules: { quotas: [{ when: is("news"), first: 2, atMost: 1 }] } });
    const slate = decide(request(), of(["news"], ["news"], ["news"], ["film"]), config);
    expect(names(slate)).toEqual(["a", "d", "b"]);
    expect(slate.unmet).toEqual([]);
  });

  test("at least: the best stay above until the last moment", () => {
    const config = decideConfig({ rules: { quotas: [{ when: is("news"), first: 3, atLeast: 2 }] } });
    const slate = decide(request(), of(["film"], ["film"], ["film"], ["news"], ["news"]), config);
    expect(names(slate)).toEqual(["a", "d", "e"]);
  });

  test("each value of an attribute by itself", () => {
    const config = decideConfig({ rules: { quotas: [{ each: "categories", first: 3, atMost: 1 }] } });
    const slate = decide(request(), of(["news"], ["news"], ["film", "news"], ["film"], ["sport"]), config);
    expect(names(slate)).toEqual(["a", "d", "e"]);
  });

  test("a pinned item counts before its place is reached", () => {
    const config = decideConfig({
      rules: { quotas: [{ when: is("news"), first: 3, atMost: 1 }], pins: [{ item: "d", position: 3 }] },
    });
    const slate = decide(request(), of(["news"], ["film"], ["film"], ["news"]), config);
    expect(names(slate)).toEqual(["b", "c", "d"]);
  });

  test("that cannot hold is reported with what is missing, and the rest is still filled", () => {
    const config = decideConfig({
      rules: { quotas: [{ name: "news first", when: is("news"), first: 3, atLeast: 2 }] },
    });
    const slate = decide(request(), of(["film"], ["film"], ["news"]), config);
    expect(names(slate)).toHaveLength(3);
    expect(slate.unmet).toEqual([expect.objectContaining({ rule: "news first", wanted: 2, got: 1 })]);
  });

  test("that forbids all that is left ends the slate, and says so", () => {
    const config = decideConfig({ rules: { quotas: [{ when: is("news"), first: 3, atMost: 1 }] } });
    const slate = decide(request(), of(["news"], ["news"]), config);
    expect(names(slate)).toEqual(["a"]);
    expect(slate.unmet).toEqual([expect.objectContaining({ rule: "limit", wanted: 3, got: 1 })]);
    expect(slate.remaining).toBe(1);
  });

  test("two in need of one place: an item that serves both gets it", () => {
    const config = decideConfig({
      rules: {
        quotas: [
          { when: is("news"), first: 1, atLeast: 1 },
          { when: is("sport"), first: 1, atLeast: 1 },
        ],
      },
    });
    const slate = decide(request(), of(["news"], ["sport"], ["news", "sport"]), config);
    expect(names(slate)[0]).toBe("c");
    expect(slate.unmet).toEqual([]);
  });
});

const quotaSets = fc.uniqueArray(
  fc.record({
    category: fc.constantFrom(...categories),
    first: fc.integer({ min: 1, max: 5 }),
    low: fc.integer({ min: 0, max: 3 }),
    high: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    lowFirst: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 3, selector: ({ category }) => category },
);

/** One category an item, and for each category at most one "at most" and one "at least", with windows of their own. */
function rulesOf(
  sets: readonly {
    category: string;
    first: number;
    low: number;
    high: number | undefined;
    lowFirst: number;
  }[],
) {
  return sets.flatMap(({ category, first, low, high, lowFirst }) => [
    ...(high === undefined ? [] : [{ when: is(category), first, atMost: high }]),
    ...(low === 0 || low > lowFirst ? [] : [{ when: is(category), first: lowFirst, atLeast: low }]),
  ]);
}

/** Whether some order of the candidates fills the slate and keeps every quota: by trying them all. */
function possible(kinds: readonly string[], limit: number, rules: ReturnType<typeof rulesOf>): boolean {
  const keeps = (slate: readonly string[]) =>
    rules.every((rule) => {
      const count = slate.slice(0, rule.first).filter((kind) => is(kind).eq === rule.when.eq).length;
      return "atMost" in rule ? count <= rule.atMost : slate.length < limit || count >= rule.atLeast;
    });
  const left = new Map<string, number>();
  for (const kind of kinds) left.set(kind, (left.get(kind) ?? 0) + 1);
  const extend = (slate: readonly string[]): boolean => {
    if (!keeps(slate)) return false;
    if (slate.length === limit) return true;
    return [...left].some(([kind, count]) => {
      if (count === 0) return false;
      left.set(kind, count - 1);
      const found = extend([...slate, kind]);
      left.set(kind, count);
      return found;
    });
  };
  return extend([]);
}

test("whenever some slate keeps all quotas of separate categories, the decided one does, exploring or not", () => {
  const kinds = fc.array(fc.constantFrom(...categories, "other"), { minLength: 1, maxLength: 8 });
  let met = 0;
  fc.assert(
    fc.property(
      kinds,
      quotaSets,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom("greedy" as const, "uniform" as const),
      fc.integer({ min: 0, max: 99 }),
      (given, sets, wanted, type, seed) => {
        const limit = Math.min(wanted, given.length);
        const quotas = rulesOf(sets);
        const config = decideConfig({ policy: { type }, rules: { quotas } });
        const { items, unmet } = decide(request({ limit, seed }), of(...given.map((kind) => [kind])), config);
        if (!possible(given, limit, quotas)) return;
        met++;
        expect(unmet).toEqual([]);
        expect(items).toHaveLength(limit);
      },
    ),
    { numRuns: 3000 },
  );
  expect(met).toBeGreaterThan(1000);
});

test("what is reported is what a count of the slate finds, for overlapping categories and pins too", () => {
  const someCategories = fc.uniqueArray(fc.constantFrom(...categories), { maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(someCategories, { maxLength: 8 }),
      quotaSets,
      fc.integer({ min: 1, max: 6 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 2 }),
      (kinds, sets, limit, pinned) => {
        const quotas = rulesOf(sets).map((quota, i) => ({ name: `${i}`, ...quota }));
        const pool: Candidate[] = of(...kinds);
        const pins = pinned.map((position, i) => ({
          item: pool[pool.length - 1 - i]?.item ?? "zz",
          position,
        }));
        const decision = decide(
          request({ limit }),
          pool,
          decideConfig({ rules: { quotas, pins: unique(pins) } }),
        );
        const shown = decision.items.map(({ item }) => kinds[item.charCodeAt(0) - 97]!);
        for (const quota of quotas) {
          const count = shown
            .slice(0, quota.first)
            .filter((kind) => kind.includes(quota.when.eq as never)).length;
          const broken = "atMost" in quota ? count > quota.atMost : count < quota.atLeast;
          const report = decision.unmet.find(({ rule }) => rule === quota.name);
          expect(report?.got).toBe(broken ? count : undefined);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

const unique = <T extends { item: string }>(pins: T[]) =>
  pins.filter(({ item }, i) => pins.findIndex((pin) => pin.item === item) === i);
