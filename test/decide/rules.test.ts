import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, eligibility, milliseconds } from "../../src/decide/index.js";
import { boosted } from "../../src/decide/rules/boosts.js";
import { type Condition, compileCondition } from "../../src/decide/rules/condition.js";
import { seenItems } from "../../src/decide/rules/seen.js";
import { candidates, decideConfig, names, request } from "./world.js";

const now = Date.parse("2025-01-01T00:00:00Z");
const film = {
  title: "Alien",
  categories: ["horror", "space"],
  time: "2024-12-30T12:00:00Z",
  attributes: { price: 5, brand: "fox", sold: false, note: null },
};
const holds = (condition: Condition) => compileCondition(condition)("film-1", film, now);

describe("a condition", () => {
  test.each<[Condition, boolean]>([
    [{ attribute: "brand", eq: "fox" }, true],
    [{ attribute: "brand", eq: "mgm" }, false],
    [{ attribute: "item", eq: "film-1" }, true],
    [{ attribute: "categories", eq: "space" }, true],
    [{ attribute: "categories", in: ["drama", "horror"] }, true],
    [{ attribute: "categories", in: ["drama"] }, false],
    [{ attribute: "price", gt: 4, lt: 6 }, true],
    [{ attribute: "price", gt: 5 }, false],
    [{ attribute: "price", gte: 5, lte: 5 }, true],
    [{ attribute: "price", eq: "5" }, false],
    [{ attribute: "sold", eq: false }, true],
    [{ attribute: "price", exists: true }, true],
    [{ attribute: "note", exists: true }, false],
    [{ attribute: "note", exists: false }, true],
    [{ attribute: "absent", exists: false }, true],
    [{ attribute: "absent", eq: "x" }, false],
    [{ attribute: "constructor", exists: true }, false],
    [{ not: { attribute: "absent", eq: "x" } }, true],
    [{ attribute: "time", within: "2d" }, true],
    [{ attribute: "time", within: "24h" }, false],
    [{ attribute: "brand", within: "2d" }, false],
    [
      {
        all: [
          { attribute: "price", gt: 1 },
          { attribute: "brand", eq: "fox" },
        ],
      },
      true,
    ],
    [
      {
        all: [
          { attribute: "price", gt: 1 },
          { attribute: "brand", eq: "mgm" },
        ],
      },
      false,
    ],
    [
      {
        any: [
          { attribute: "price", gt: 9 },
          { attribute: "brand", eq: "fox" },
        ],
      },
      true,
    ],
  ])("%j is %s of Alien", (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test("what has yet to appear is not fresh", () => {
    const facts = { time: "2025-01-02T00:00:00Z" };
    expect(compileCondition({ attribute: "time", within: "7d" })("x", facts, now)).toBe(false);
  });
});

test("a duration is written with its unit", () => {
  expect(["250ms", "30s", "15m", "12h", "1.5d"].map(milliseconds)).toEqual([
    250, 30_000, 900_000, 43_200_000, 129_600_000,
  ]);
});

describe("already seen", () => {
  const past = [
    { item: "a", action: "purchase", at: now - milliseconds("100d") },
    { item: "b", action: "view", at: now - milliseconds("2d") },
    { item: "b", action: "view", at: now - milliseconds("1d") },
    { item: "c", action: "view", at: now - milliseconds("1d") },
    { item: "d", action: "view", at: now + 1 },
    { item: null, action: "view", at: now },
  ];
  const seen = (rules: Parameters<typeof seenItems>[0]) => [...seenItems(rules, past, now)];

  test("for ever by an action", () => expect(seen([{ actions: ["purchase"], times: 1 }])).toEqual(["a"]));
  test("within a time", () => {
    expect(seen([{ actions: ["purchase"], within: "99d", times: 1 }])).toEqual([]);
    expect(seen([{ actions: ["view"], within: "36h", times: 1 }])).toEqual(["b", "c"]);
  });
  test("after so many times", () => expect(seen([{ actions: ["view"], times: 2 }])).toEqual(["b"]));
  test("or never", () => expect(seen([])).toEqual([]));
  test("several rules add up", () => {
    expect(
      seen([
        { actions: ["purchase"], times: 1 },
        { actions: ["view"], within: "36h", times: 1 },
      ]),
    ).toEqual(["a", "b", "c"]);
  });
});

describe("a request's filter", () => {
  const allowed = (filter: NonNullable<Parameters<typeof request>[0]>["filter"]) =>
    eligibility(request({ filter }), decideConfig({}).rules)("film-1", film);
  test("a value must be equal, a list is one of, null is lacking", () => {
    expect(allowed({ brand: "fox" })).toBe(true);
    expect(allowed({ brand: ["mgm", "fox"] })).toBe(true);
    expect(allowed({ brand: "fox", categories: "drama" })).toBe(false);
    expect(allowed({ note: null })).toBe(true);
    expect(allowed({ brand: null })).toBe(false);
    expect(allowed({ note: ["x", null] })).toBe(true);
    expect(allowed({ brand: [] })).toBe(false);
  });
});

describe("boosts", () => {
  const when = { attribute: "item", eq: "x" };

  test("multiply and add, in order", () => {
    expect(
      boosted(2, [
        { when, multiply: 3 },
        { when, add: 1 },
      ]),
    ).toBe(7);
    expect(
      boosted(2, [
        { when, add: 1 },
        { when, multiply: 3 },
      ]),
    ).toBe(9);
    expect(boosted(2, null)).toBe(2);
  });

  test("a factor above 1 never lowers, below 1 never lifts, and no boost changes who is better", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(value, value, factor, (a, b, multiply) => {
        const boost = (score: number) => boosted(score, [{ when, multiply }]);
        expect(Math.sign(boost(a) - a) * Math.sign(multiply - 1)).toBeGreaterThanOrEqual(0);
        if (a > b) expect(boost(a)).toBeGreaterThanOrEqual(boost(b));
      }),
    );
  });

  test("lift an item in the slate, a logit below zero too", () => {
    const config = decideConfig({
      rules: { boosts: [{ when: { attribute: "item", eq: "c" }, multiply: 10 }] },
    });
    const logits = candidates(3, (i) => ({ score: -1 - i }));
    expect(names(decide(request(), logits, config))).toEqual(["c", "a", "b"]);
  });
});
