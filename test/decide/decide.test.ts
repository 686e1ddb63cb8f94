import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ItemFacts } from "../../src/decide/index.js";
import { type Candidate, type DecideConfig, type DecisionRequest, decide } from "../../src/decide/index.js";
import type { Item } from "../../src/serve/heed.js";
import { candidates, decideConfig, names, request } from "./world.js";

const categories = ["news", "sport", "film"];
const item = fc.constantFrom(..."abcdefghijkl");
const position = fc.integer({ min: 1, max: 8 });

const candidate: fc.Arbitrary<Candidate> = fc.record({
  item,
  score: fc.oneof(
    fc.double({ min: -100, max: 100, noNaN: true }),
    fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, 0, 1),
  ),
  facts: fc.record(
    {
      categories: fc.uniqueArray(fc.constantFrom(...categories), { maxLength: 2 }),
      hidden: fc.boolean(),
      time: fc.constantFrom("2024-12-31T00:00:00Z", "2024-01-01T00:00:00Z"),
      attributes: fc.record({ price: fc.integer({ min: 0, max: 9 }) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ),
  sources: fc.constant([]),
  evidence: fc.integer({ min: 0, max: 50 }).map((count) => ({ count, total: Math.floor(count / 3) })),
});

const condition = fc.oneof(
  fc.constantFrom(...categories).map((eq) => ({ attribute: "categories", eq })),
  fc.integer({ min: 0, max: 9 }).map((gt) => ({ attribute: "price", gt })),
  fc.constant({ attribute: "time", within: "7d" }),
  fc.constant({ not: { attribute: "price", exists: false } }),
);

const policy = fc.constantFrom(
  { type: "greedy" as const },
  { type: "uniform" as const },
  { type: "epsilon-greedy" as const, epsilon: 0.5 },
  { type: "epsilon-greedy" as const, epsilon: 0.5, unit: "slate" as const },
  { type: "softmax" as const, temperature: 0.5 },
  { type: "thompson" as const, draws: 20 },
  {
    type: "thompson" as const,
    draws: 20,
    pool: 2,
    posterior: { type: "gaussian" as const, mean: "score" as const },
  },
);

const config: fc.Arbitrary<DecideConfig> = fc
  .record({
    policy,
    explore: fc.record({
      traffic: fc.constantFrom(0, 0.5, 1),
      from: fc.integer({ min: 1, max: 3 }),
      to: fc.integer({ min: 3, max: 9 }),
    }),
    diversity: fc.record({ lambda: fc.constantFrom(0, 0.5, 1) }),
    rules: fc.record({
      filters: fc.array(condition, { maxLength: 1 }),
      exclude: fc.array(item, { maxLength: 2 }),
      seen: fc.constantFrom(0, 1, 2).map((times) => (times === 0 ? [] : [{ actions: ["view"], times }])),
      boosts: fc.array(
        fc.record({ when: condition, multiply: fc.double({ min: 0.1, max: 10, noNaN: true }) }),
        { maxLength: 2 },
      ),
      quotas: fc.array(
        fc.oneof(
          fc.record({ when: condition, first: position, atMost: fc.integer({ min: 0, max: 3 }) }),
          position.map((first) => ({ each: "categories", first, atMost: 2 })),
          fc.record({
            when: condition,
            first: fc.integer({ min: 3, max: 8 }),
            atLeast: fc.integer({ min: 1, max: 3 }),
          }),
        ),
        { maxLength: 3 },
      ),
      pins: fc.uniqueArray(fc.record({ item, position }), {
        maxLength: 2,
        comparator: (a, b) => a.item === b.item || a.position === b.position,
      }),
    }),
  })
  .map(decideConfig);

const anyRequest: fc.Arbitrary<DecisionRequest> = fc
  .record({
    id: fc.string({ minLength: 1, maxLength: 8 }),
    seed: fc.nat(1000),
    limit: fc.integer({ min: 1, max: 10 }),
    exclude: fc.array(item, { maxLength: 2 }),
    filter: fc.constantFrom({}, { categories: ["news", "film"] }),
    past: fc.array(fc.record({ item, action: fc.constantFrom("view", "click"), at: fc.constant(0) }), {
      maxLength: 6,
    }),
  })
  .map(request);

const world = [anyRequest, fc.array(candidate, { maxLength: 14 }), config] as const;

describe("for any request, candidates and configuration", () => {
  test("nothing hidden, excluded, filtered out, seen or without a score is shown, and nothing twice", () => {
    fc.assert(
      fc.property(...world, (asked, pool, { rules, ...rest }) => {
        const { items, remaining } = decide(asked, pool, { rules, ...rest });
        const views = (name: string) =>
          asked.past!.filter((p) => p.item === name && p.action === "view").length;
        const first = (name: string) => pool.find((one) => one.item === name && may(one))!;
        const may = ({ item: name, score, facts }: Candidate) =>
          Number.isFinite(score) &&
          facts.hidden !== true &&
          !rules.exclude.includes(name) &&
          !asked.exclude!.includes(name) &&
          rules.seen.every(({ times }) => views(name) < times) &&
          (Object.keys(asked.filter!).length === 0 ||
            (facts.categories ?? []).some((one) => one === "news" || one === "film")) &&
          rules.filters.every((filter) => satisfies(filter, facts));
        for (const shown of items) expect(first(shown.item)).toBeDefined();
        expect(new Set(names({ items })).size).toBe(items.length);
        expect(items.length + remaining).toBe(new Set(pool.filter(may).map((one) => one.item)).size);
      }),
      { numRuns: 1000 },
    );
  });

  test("positions run from 1, propensities lie in (0, 1], and only estimates have draws", () => {
    fc.assert(
      fc.property(...world, (asked, pool, decided) => {
        const { items } = decide(asked, pool, decided);
        expect(items.length).toBeLessThanOrEqual(asked.limit);
        items.forEach(({ position: place, propensity, draws, score }, i) => {
          expect(place).toBe(i + 1);
          expect(propensity).toBeGreaterThan(0);
          expect(propensity).toBeLessThanOrEqual(1);
          expect(Number.isFinite(score)).toBe(true);
          if (decided.policy.type !== "thompson") expect(draws).toBeUndefined();
          if (decided.policy.type === "greedy" || decided.explore.traffic === 0) expect(propensity).toBe(1);
        });
      }),
      { numRuns: 1000 },
    );
  });

  test("the same arguments give the same answer to the bit, and are left as they were", () => {
    fc.assert(
      fc.property(...world, (asked, pool, decided) => {
        const before = structuredClone([asked, pool, decided]);
        const answer = decide(asked, pool, decided);
        expect(decide(structuredClone(asked), structuredClone(pool), structuredClone(decided))).toEqual(
          answer,
        );
        expect([asked, pool, decided]).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  test("a pinned item that may be shown stands at its place, or above it when no other may stand there", () => {
    fc.assert(
      fc.property(...world, (asked, pool, decided) => {
        const { items, unmet } = decide(asked, pool, decided);
        for (const pin of decided.rules.pins) {
          if (pin.position > asked.limit) continue;
          const shown = items.find((one) => one.item === pin.item);
          const missing = unmet.some(({ rule }) => rule === `pin ${pin.position}`);
          if (missing) expect(shown).toBeUndefined();
          else if (items.length >= pin.position && decided.rules.quotas.length === 0)
            expect(shown!.position).toBe(pin.position);
          else expect(shown!.position).toBeLessThanOrEqual(pin.position);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** The conditions of this file's generator, written out. */
function satisfies(filter: object, facts: ItemFacts): boolean {
  const price = facts.attributes?.price;
  if ("not" in filter) return price !== undefined;
  const { attribute, eq, gt } = filter as { attribute: string; eq?: string; gt?: number };
  if (attribute === "categories") return facts.categories?.includes(eq!) ?? false;
  if (attribute === "price") return typeof price === "number" && price > gt!;
  return facts.time === "2024-12-31T00:00:00Z";
}

describe("decide", () => {
  test("greedy shows the best first, ties in the order given", () => {
    const pool = candidates(4, (i) => ({ score: [1, 3, 3, 2][i]! }));
    expect(names(decide(request({ limit: 4 }), pool, decideConfig({})))).toEqual(["b", "c", "d", "a"]);
  });

  test("pins, exclusions and what was seen, together", () => {
    const config = decideConfig({
      rules: { pins: [{ item: "e", position: 2 }], exclude: ["a"], seen: [{ actions: ["view"] }] },
    });
    const asked = request({ past: [{ item: "b", action: "view", at: 0 }] });
    const { items } = decide(asked, candidates(5), config);
    expect(names({ items })).toEqual(["c", "e", "d"]);
    expect(items[1]).toMatchObject({ propensity: 1, reason: "placed by the editors" });
  });

  test("a pinned item that was seen is not shown, and the answer says so", () => {
    const config = decideConfig({
      rules: { pins: [{ item: "a", position: 1 }], seen: [{ actions: ["view"] }] },
    });
    const { items, unmet } = decide(
      request({ past: [{ item: "a", action: "view", at: 0 }] }),
      candidates(3),
      config,
    );
    expect(names({ items })).toEqual(["b", "c"]);
    expect(unmet).toEqual([expect.objectContaining({ rule: "pin 1", got: 0 })]);
  });

  test("outside the budget of positions nothing is left to chance", () => {
    const config = decideConfig({ policy: { type: "uniform" }, explore: { from: 2, to: 2 } });
    const shown = Array.from(
      { length: 50 },
      (_, i) => decide(request({ id: `r${i}` }), candidates(6), config).items,
    );
    expect(new Set(shown.map(([first]) => first!.item))).toEqual(new Set(["a"]));
    expect(new Set(shown.map(([, second]) => second!.item)).size).toBe(5);
    for (const [first, second, third] of shown)
      expect([first, second, third].map((one) => one!.propensity)).toEqual([1, 1 / 5, 1]);
  });

  test("another id or another seed decides anew", () => {
    const config = decideConfig({ policy: { type: "uniform" } });
    const slate = (change: Partial<DecisionRequest>) =>
      names(decide(request({ limit: 10, ...change }), candidates(20), config));
    expect(slate({ id: "other" })).not.toEqual(slate({}));
    expect(slate({ seed: 2 })).not.toEqual(slate({}));
  });

  test("the catalogue's items serve as facts", () => {
    const known: Item = {
      item: "a",
      title: "Alien",
      categories: ["space"],
      attributes: { tags: ["x"], year: 1979 },
    };
    const pool: Candidate[] = [{ item: known.item, score: 1, facts: known, sources: [] }];
    const config = decideConfig({
      rules: {
        filters: [
          { attribute: "tags", eq: "x" },
          { attribute: "year", lt: 1980 },
        ],
      },
    });
    expect(names(decide(request(), pool, config))).toEqual(["a"]);
  });

  test("a reason comes from the source that gave one, or from where it ranked highest", () => {
    const pool = candidates(4, (i) => ({
      sources: [
        [
          { source: "popular", rank: 9 },
          { source: "item-to-item", rank: 2, reason: "because of Alien" },
        ],
        [
          { source: "popular", rank: 1 },
          { source: "model", rank: 7 },
        ],
        [{ source: "custom:editors", rank: 1 }],
        [],
      ][i]!,
    }));
    const { items } = decide(request({ limit: 4 }), pool, decideConfig({}));
    expect(items.map(({ reason }) => reason)).toEqual([
      "because of Alien",
      "popular with everyone",
      "from editors",
      "suggested for you",
    ]);
    expect(items[0]!.sources).toEqual(pool[0]!.sources);
  });

  test.each<[string, Partial<DecisionRequest>, Candidate[], string]>([
    ["a limit of 0", { limit: 0 }, [], "limit is 0"],
    ["a limit of 1.5", { limit: 1.5 }, [], "limit is 1.5"],
    ["no moment", { now: Number.NaN }, [], "now is NaN"],
    ["no id", { id: "" }, [], "no id"],
    [
      "evidence below zero",
      {},
      candidates(1, () => ({ evidence: { count: -1, total: 0 } })),
      '"a" has evidence',
    ],
    [
      "evidence that is no number",
      {},
      candidates(1, () => ({ evidence: { count: 1, total: Number.NaN } })),
      '"a"',
    ],
  ])("refuses %s", (_, change, pool, message) => {
    const thompson = decideConfig({ policy: { type: "thompson" } });
    expect(() => decide(request(change), pool, thompson)).toThrow(message);
    expect(() => decide(request(change), pool, thompson)).toThrow(
      expect.objectContaining({ code: "decide-invalid" }),
    );
  });

  test("refuses a score that is no probability as the mean of a Beta prior", () => {
    const config = decideConfig({ policy: { type: "thompson", posterior: { type: "beta", mean: "score" } } });
    expect(() =>
      decide(
        request(),
        candidates(1, () => ({ score: 3 })),
        config,
      ),
    ).toThrow("no prior mean");
  });
});
