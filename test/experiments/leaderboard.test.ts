import { expect, test } from "vitest";
import type { Row } from "../../src/experiments/judge.js";
import { leaderboard } from "../../src/experiments/leaderboard.js";

const row = (model: string, measured: number | null, published: number | null, metric = "auc"): Row => ({
  dataset: "clicks",
  model,
  metric,
  published,
  measured,
  low: null,
  high: null,
  method: null,
  baseline: null,
  least: null,
  most: null,
  verdict: "reported",
  reason: "",
  source: "a test",
  seeds: [1],
  seconds: 1,
});

test("ranks what was measured beside the published ranking of the same models", () => {
  const rows = [
    row("fm", 0.97, 0.967),
    row("dnn", 0.984, 0.983),
    row("not run", null, 0.999),
    row("own", 0.975, null),
    row("deepfm", 0.983, 0.984),
    row("dnn", 0.15, 0.16, "logLoss"),
  ];
  expect(leaderboard(rows, { dataset: "clicks", metric: "auc" })).toEqual([
    { place: 1, model: "dnn", measured: 0.984, published: 0.983, publishedPlace: 2 },
    { place: 2, model: "deepfm", measured: 0.983, published: 0.984, publishedPlace: 1 },
    { place: 3, model: "own", measured: 0.975, published: null, publishedPlace: null },
    { place: 4, model: "fm", measured: 0.97, published: 0.967, publishedPlace: 3 },
  ]);
});

test("gives equal figures the same place, and of another data set nothing", () => {
  const rows = [row("a", 0.9, 0.9), row("b", 0.9, 0.8), row("c", 0.8, 0.9)];
  const places = leaderboard(rows, { dataset: "clicks", metric: "auc" });
  expect(places.map(({ place }) => place)).toEqual([1, 1, 3]);
  expect(places.map(({ publishedPlace }) => publishedPlace)).toEqual([1, 3, 1]);
  expect(leaderboard(rows, { dataset: "other", metric: "auc" })).toEqual([]);
});
