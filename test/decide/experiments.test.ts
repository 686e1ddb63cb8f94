import { describe, expect, test } from "vitest";
import { assignVariant } from "../../src/decide/experiments.js";
import { openExperiments } from "../../src/decide/index.js";
import { chiSquare, chiSquareLimit } from "../support/statistics.js";
import { surfaceConfig } from "./world.js";

const users = Array.from({ length: 30_000 }, (_, i) => `user-${i}`);
const experiment = (weights: Record<string, number>, salt?: string) =>
  surfaceConfig({
    experiments: {
      ranking: {
        ...(salt !== undefined && { salt }),
        variants: Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, { weight }])),
      },
    },
  }).experiments.ranking!;
const assign = (given: ReturnType<typeof experiment>) =>
  users.map((user) => assignVariant("ranking", given, user));

describe("assignment", () => {
  test("is balanced as the weights say", () => {
    const assigned = assign(experiment({ control: 2, a: 1, b: 1 }));
    const cells = Object.entries({ control: 0.5, a: 0.25, b: 0.25 }).map(([variant, share]) => ({
      observed: assigned.filter((one) => one === variant).length,
      expected: share * users.length,
    }));
    expect(chiSquare(cells).statistic).toBeLessThan(chiSquareLimit(2));
  });

  test("is the same every time, whatever the order of the variants", () => {
    expect(assign(experiment({ b: 1, control: 2, a: 1 }))).toEqual(
      assign(experiment({ control: 2, a: 1, b: 1 })),
    );
  });

  test("of two experiments is independent, and a new salt draws anew", () => {
    const first = assign(experiment({ a: 1, b: 1 }, "one"));
    const second = assign(experiment({ a: 1, b: 1 }, "two"));
    const cells = ["aa", "ab", "ba", "bb"].map((pair) => ({
      observed: users.filter((_, i) => first[i]! + second[i]! === pair).length,
      expected: users.length / 4,
    }));
    expect(chiSquare(cells).statistic).toBeLessThan(chiSquareLimit(3));
  });

  test("a greater weight only moves users into that variant", () => {
    const before = assign(experiment({ a: 1, b: 1, c: 1 }));
    const after = assign(experiment({ a: 2, b: 1, c: 1 }));
    const moved = users.filter((_, i) => before[i] !== after[i]).length;
    expect(moved).toBeGreaterThan(0);
    before.forEach((variant, i) => {
      if (after[i] !== variant) expect(after[i]).toBe("a");
    });
  });
});

describe("a surface with experiments", () => {
  const surface = surfaceConfig({
    experiments: {
      ranking: {
        variants: { control: {}, softmax: { override: { decide: { policy: { type: "softmax" } } } } },
      },
      length: { variants: { ten: {}, five: { override: { limit: 5 } } } },
    },
  });
  const open = openExperiments(surface);

  test("gives each user the overrides of the variants that it names", () => {
    const met = new Set<string>();
    for (const user of users.slice(0, 100)) {
      const { surface: own, variant } = open(user);
      met.add(variant!);
      expect(variant).toMatch(/^length:(ten|five),ranking:(control|softmax)$/);
      expect(own.limit).toBe(variant!.includes("five") ? 5 : 10);
      expect(own.decide.policy.type).toBe(variant!.includes("softmax") ? "softmax" : "greedy");
      expect(own.decide.rules).toEqual(surface.decide.rules);
      expect(open(user)).toBe(open(user));
    }
    expect(met.size).toBe(4);
  });

  test("without experiments has no variant", () => {
    const plain = surfaceConfig({});
    expect(openExperiments(plain)("ann")).toEqual({ surface: plain });
  });
});
