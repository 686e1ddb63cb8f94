import { expect, test } from "vitest";
import * as evaluate from "../../src/evaluate/index.js";
import { metricCatalogue, metricNamed } from "../../src/evaluate/index.js";

test("every metric has one name, a formula and a convention", () => {
  expect(new Set(metricCatalogue.map(({ name }) => name)).size).toBe(metricCatalogue.length);
  for (const { name, formula, convention } of metricCatalogue) {
    expect(formula.length, name).toBeGreaterThan(4);
    expect(convention.length, name).toBeGreaterThan(4);
  }
});

test("a metric outside ranking is a function of that name, or one of another well-known name", () => {
  const others: Record<string, string> = { gauc: "groupedAuc", logloss: "logLoss", ece: "calibrationError" };
  for (const { name, family } of metricCatalogue) {
    if (family === "ranking") continue;
    const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    expect(evaluate, name).toHaveProperty(others[name] ?? camel);
  }
});

test("names carry their cut-off", () => {
  expect(metricNamed("ndcg@10")).toMatchObject({ metric: { name: "ndcg", better: "higher" }, k: 10 });
  expect(metricNamed("logloss")).toMatchObject({ metric: { better: "lower" }, k: undefined });
});

test.each([
  ["ndgc@10", /no metric "ndgc"\n.*did you mean "ndcg"/],
  ["log_loss", /no metric "log_loss"\n.*did you mean "logloss"/],
  ["ndcg@-1", /k is -1/],
  ["ndcg@", /k is NaN/],
  ["ndcg@1.5", /k is 1.5/],
  ["auc@10", /auc has no cut-off/],
  ["bpref@10", /bpref has no cut-off/],
  ["ndcg@5@10", /ndcg has no cut-off/],
])("%s is an error", (name, message) => {
  expect(() => metricNamed(name)).toThrow(message);
});
