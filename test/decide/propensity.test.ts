import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { type Candidate, type Decision, decide } from "../../src/decide/index.js";
import { openPolicy } from "../../src/decide/policies/index.js";
import type { Choice } from "../../src/decide/policies/policy.js";
import { chiSquare, chiSquareLimit, meanAndError } from "../support/statistics.js";
import { candidates, decideConfig, names, request } from "./world.js";

type Policy = Parameters<typeof decideConfig>[0]["policy"];
type Explore = Parameters<typeof decideConfig>[0]["explore"];

const kinds = ["news", "news", "film", "news", "sport", "film", "news"];
const pool: Candidate[] = candidates(7, (i) => ({
  score: [0.9, 0.8, 0.75, 0.5, 0.4, 0.3, 0.2][i]!,
  facts: { categories: [kinds[i]!] },
  evidence: { count: 20, total: [12, 11, 11, 9, 8, 8, 6][i]! },
}));

/** Everything that bends a distribution at once: a boost, quotas both ways, an item seen, and diversity. */
const rules = {
  seen: [{ actions: ["view"] }],
  boosts: [{ when: { attribute: "categories", eq: "film" }, multiply: 1.2 }],
  quotas: [
    { when: { attribute: "categories", eq: "news" }, first: 2, atMost: 1 },
    { when: { attribute: "categories", eq: "sport" }, first: 3, atLeast: 1 },
  ],
};
const bent = (policy: Policy, explore: Explore = {}) =>
  decideConfig({ policy, explore, rules, diversity: { lambda: 0.7 } });
const past = [{ item: "g", action: "view", at: 0 }];

const decided = new Map<string, Decision[]>();

/** What a policy decides for 8,000 requests; kept, because several tests look at it. */
function decideMany(policy: Policy, explore: Explore = {}): Decision[] {
  const key = JSON.stringify([policy, explore]);
  const config = bent(policy, explore);
  const decisions =
    decided.get(key) ??
    Array.from({ length: 8000 }, (_, i) => decide(request({ id: `request-${i}`, past }), pool, config));
  decided.set(key, decisions);
  return decisions;
}

/** For every list of items above: how often each item came next, and the propensities that were reported for it. */
function tally(decisions: readonly Decision[]): Map<string, Map<string, number[]>> {
  const nodes = new Map<string, Map<string, number[]>>();
  for (const { items } of decisions) {
    let above = "";
    for (const { item, propensity } of items) {
      const node = nodes.get(above) ?? new Map<string, number[]>();
      nodes.set(above, node);
      const reported = node.get(item) ?? [];
      node.set(item, reported);
      reported.push(propensity);
      above += item;
    }
  }
  return nodes;
}

/**
 * The chi-square test of frequencies against reported propensities, over all lists of items above. Items that came fewer
 * than `least` times, too rarely to average what was reported of them, are one cell with the probability that is left.
 */
function checkFrequencies(
  nodes: ReturnType<typeof tally>,
  probability: (reported: readonly number[]) => number,
  least = 1,
): number {
  let statistic = 0;
  let freedom = 0;
  for (const children of nodes.values()) {
    const all = [...children.values()];
    const visits = all.reduce((sum, reported) => sum + reported.length, 0);
    const cells = all
      .filter((reported) => reported.length >= least)
      .map((reported) => ({ observed: reported.length, expected: visits * probability(reported) }));
    const rest = cells.reduce(
      (left, { observed, expected }) => ({
        observed: left.observed - observed,
        expected: left.expected - expected,
      }),
      { observed: visits, expected: visits },
    );
    const result = chiSquare([...cells, rest]);
    statistic += result.statistic;
    freedom += result.freedom;
  }
  expect(statistic).toBeLessThan(chiSquareLimit(freedom));
  return freedom;
}

const exact: [string, Policy, Explore][] = [
  ["uniform", { type: "uniform" }, {}],
  ["epsilon-greedy, by position", { type: "epsilon-greedy", epsilon: 0.4 }, {}],
  ["epsilon-greedy, by slate", { type: "epsilon-greedy", epsilon: 0.4, unit: "slate" }, {}],
  ["softmax", { type: "softmax", temperature: 0.3 }, {}],
  ["softmax for a share of the traffic", { type: "softmax", temperature: 0.3 }, { traffic: 0.5 }],
  [
    "epsilon-greedy for a share, from position 2",
    { type: "epsilon-greedy", epsilon: 0.6 },
    { traffic: 0.7, from: 2 },
  ],
];

describe("with rules and diversity, the share of requests matches the reported propensity, given the items above", () => {
  test.each(exact)("%s", (_, policy, explore) => {
    const nodes = tally(decideMany(policy, explore));
    for (const children of nodes.values()) {
      for (const reported of children.values())
        for (const propensity of reported) expect(propensity).toBeCloseTo(reported[0]!, 12);
    }
    expect(checkFrequencies(nodes, ([propensity]) => propensity!)).toBeGreaterThan(3);
    const first = [...nodes.get("")!.values()].map(([propensity]) => propensity!);
    expect(first.reduce((sum, propensity) => sum + propensity, 0)).toBeCloseTo(1, 12);
  });

  test.each<[string, Policy]>([
    ["Thompson, Beta", { type: "thompson", draws: 400 }],
    ["Thompson, Gaussian", { type: "thompson", draws: 400, posterior: { type: "gaussian", variance: 0.1 } }],
  ])("%s, as far as draws can tell", (_, policy) => {
    const nodes = tally(decideMany(policy));
    // The deciding draw is one of the 400, so a reported k / 400 has the mean p + (1 - p) / 400.
    const debiased = (reported: readonly number[]) => (meanAndError(reported).mean * 400 - 1) / 399;
    expect(checkFrequencies(nodes, debiased, 30)).toBeGreaterThan(10);
  });
});

describe("a distribution sums to 1", () => {
  const choiceOver = (scores: readonly number[]): Choice => ({
    eligible: Int32Array.from(scores, (_, i) => i),
    best: scores.indexOf(Math.max(...scores)),
    worth: (_, score) => score,
  });
  test.each<Policy>([
    { type: "uniform" },
    { type: "epsilon-greedy", epsilon: 0.3 },
    { type: "softmax", temperature: 0.2 },
    { type: "thompson", draws: 50, pool: 5 },
  ])("$type", (policy) => {
    const scores = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(scores, (values) => {
        const given = values.map((score, i): Candidate => ({ item: `${i}`, score, facts: {}, sources: [] }));
        const { explorer } = openPolicy(decideConfig({ policy }).policy, given, request());
        const choice = choiceOver(values);
        let total = 0;
        for (const candidate of choice.eligible)
          total += explorer!.policy.propensity(choice, candidate, false).propensity;
        expect(total).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("Thompson sampling", () => {
  test("agrees with P(Beta(4, 8) > Beta(3, 9)) = 0.682446, by what it does and by what it reports", () => {
    const arms = candidates(2, (i) => ({ evidence: { count: 10, total: 3 - i } }));
    const first = (draws: number, id: string) =>
      decide(request({ id, limit: 1 }), arms, decideConfig({ policy: { type: "thompson", draws } }))
        .items[0]!;
    const reported = first(100_000, "one");
    const expected = reported.item === "a" ? 0.682446 : 1 - 0.682446;
    expect(Math.abs(reported.propensity - expected)).toBeLessThan(4 * Math.sqrt((0.68 * 0.32) / 100_000));
    expect(reported.draws).toBe(100_000);
    const wins = Array.from({ length: 20_000 }, (_, i) => first(2, `${i}`)).filter(
      ({ item }) => item === "a",
    );
    expect(Math.abs(wins.length / 20_000 - 0.682446)).toBeLessThan(4 * Math.sqrt((0.68 * 0.32) / 20_000));
  });

  test("agrees with the normal distribution: N(1.5, 1/4) beats N(0, 1) with probability 0.910145", () => {
    const arms = candidates(2, (i) => ({
      evidence: i === 0 ? { count: 3, total: 6 } : { count: 0, total: 0 },
    }));
    const policy = { type: "thompson", posterior: { type: "gaussian" }, draws: 100_000 } as const;
    const [shown] = decide(request({ limit: 1 }), arms, decideConfig({ policy })).items;
    const expected = shown!.item === "a" ? 0.910145 : 1 - 0.910145;
    expect(Math.abs(shown!.propensity - expected)).toBeLessThan(4 * Math.sqrt((0.91 * 0.09) / 100_000));
  });

  test("the inverse of an estimate is unbiased as far as its draws go: mean weights are 1 - (1 - p)^draws", () => {
    const draws = 30;
    const config = decideConfig({ policy: { type: "thompson", draws } });
    const arms = candidates(4, (i) => ({ evidence: { count: 30, total: [12, 9, 7, 5][i]! } }));
    const shown = Array.from({ length: 20_000 }, (_, i) =>
      decide(request({ id: `${i}`, limit: 1 }), arms, config),
    );
    for (const { item } of arms) {
      const weights = shown.map(({ items: [top] }) => (top!.item === item ? 1 / top!.propensity : 0));
      const share = weights.filter((weight) => weight > 0).length / weights.length;
      const { mean, error } = meanAndError(weights);
      expect(Math.abs(mean - (1 - (1 - share) ** draws))).toBeLessThan(4 * error);
    }
  });

  test("only the most promising contend, an unknown item among them", () => {
    const arms = candidates(6, (i) => ({
      evidence: i === 5 ? { count: 0, total: 0 } : { count: 1000, total: 50 - i },
    }));
    const config = decideConfig({ policy: { type: "thompson", draws: 20, pool: 3 } });
    const shown = Array.from({ length: 300 }, (_, i) =>
      decide(request({ id: `${i}`, limit: 1 }), arms, config),
    );
    expect(new Set(shown.flatMap(names))).toEqual(new Set(["a", "b", "f"]));
  });
});

describe("in a planted world, weighting by the inverse of the propensities recovers what another policy would have earned", () => {
  /** The planted probability of a click on an item at a position. */
  const clickRate = (item: string, position: number) => (0.1 + 0.1 * (item.charCodeAt(0) - 97)) / position;
  const clicksOf = ({ items }: Decision, i: number) => {
    const source = random(7, "clicks", i);
    return items.map(({ item, position }) => (source.uniform() < clickRate(item, position) ? 1 : 0));
  };

  const logging: [string, Policy, Explore][] = [
    ...exact.filter(([, , explore]) => explore?.from === undefined),
    ["Thompson", { type: "thompson", draws: 400 }, {}],
  ];
  test.each(logging)("one item first, logged by %s", (_, policy, explore) => {
    const log = decideMany(policy, explore);
    for (const target of ["a", "c", "e"]) {
      const values = log.map((decision, i) => {
        const [top] = decision.items;
        return top!.item === target ? clicksOf(decision, i)[0]! / top!.propensity : 0;
      });
      const { mean, error } = meanAndError(values);
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(mean - clickRate(target, 1))).toBeLessThan(4 * error);
    }
  });

  test("a whole slate, by the product of its propensities", () => {
    const target = decide(request({ past }), pool, bent({ type: "greedy" }));
    const truth = target.items.reduce((sum, { item, position }) => sum + clickRate(item, position), 0);
    for (const [, policy, explore] of exact) {
      const values = decideMany(policy, explore).map((decision, i) => {
        if (names(decision).join() !== names(target).join()) return 0;
        const propensity = decision.items.reduce((product, one) => product * one.propensity, 1);
        return clicksOf(decision, i).reduce<number>((sum, click) => sum + click, 0) / propensity;
      });
      const { mean, error } = meanAndError(values);
      expect(Math.abs(mean - truth)).toBeLessThan(4 * error);
    }
  });
});
