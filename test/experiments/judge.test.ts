import { describe, expect, test } from "vitest";
import type { Cell, Expectation, Experiment } from "../../src/experiments/index.js";
import { judge, within } from "../../src/experiments/judge.js";

const cell: Cell = {
  dataset: "d",
  model: "m",
  seed: null,
  needs: [],
  settings: {},
  run: () => Promise.reject(new Error("not run here")),
};

function ruled(value: number, expectation: Partial<Expectation>) {
  const full = { dataset: "d", model: "m", metric: "x", published: null, source: "s", ...expectation };
  const experiment = { reduced: "", expectations: [full] } as unknown as Experiment;
  const finished = [{ cell, outcome: { figures: { x: { value } }, seconds: 1 } }];
  const [row] = judge(experiment, { cells: [cell], finished, missing: new Map(), quick: false });
  return [row!.verdict, row!.reason];
}

describe("a figure against its bounds", () => {
  test.each([
    [0.5, { least: 0.5 }, "pass", "at least 0.5; nothing published"],
    [0.5, { most: 0.5, published: 0.5 }, "pass", "at most 0.5; as published"],
    [
      0.4,
      { least: 0.5, published: 0.6 },
      "fail",
      "0.10000 below the least of 0.5; 0.20000 below the published figure",
    ],
    [0.7, { least: 0.5, most: 0.6 }, "fail", "0.10000 above the most of 0.6; nothing published"],
    [0.55, { least: 0.5, most: 0.6 }, "pass", "within 0.5 to 0.6; nothing published"],
    [7, { least: 7, most: 7, published: 9 }, "pass", "exactly 7; 2 below the published figure"],
    [6, { least: 7, most: 7 }, "fail", "1 below the least of 7; nothing published"],
    [0.7, { published: 0.6 }, "reported", "0.10000 above the published figure"],
    [Number.NaN, { least: 0 }, "fail", "it is not a number; NaN above the published figure"],
  ])("%d with %j: %s", (value, expectation, verdict, reason) => {
    const found = ruled(value, { ...expectation, ...(Number.isNaN(value) && { published: 1 }) });
    expect(found).toEqual([verdict, reason]);
  });

  test("without bounds there is nothing to lie within", () => {
    expect([within(1, null, null), within(1, 1, null), within(1, null, 0.9)]).toEqual([null, true, false]);
  });
});
