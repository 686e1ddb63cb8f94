import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import {
  auc,
  brier,
  calibrationError,
  calibrationRatio,
  confusion,
  groupedAuc,
  logLoss,
  normalizedEntropy,
  prAuc,
  reliability,
  reliabilityDiagram,
} from "../../src/evaluate/index.js";

const labels = [0, 0, 1, 1];
const probabilities = [0.1, 0.4, 0.35, 0.8];

describe("probabilities (case G)", () => {
  test("every measure", () => {
    expect(brier(labels, probabilities)).toBeCloseTo(0.158125, 6);
    expect(logLoss(labels, probabilities)).toBeCloseTo(0.472288, 6);
    expect(normalizedEntropy(labels, probabilities)).toBeCloseTo(0.681367, 6);
    expect(calibrationRatio(labels, probabilities)).toBeCloseTo(0.825, 6);
    expect(calibrationError(labels, probabilities, { bins: 2 })).toBeCloseTo(0.0875, 6);
    expect(auc(labels, probabilities)).toBe(0.75);
  });

  test("area under precision and recall: 1 at the first positive, 2/3 at the second", () => {
    expect(prAuc(labels, probabilities)).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(prAuc([1, 0, 0, 0], [1, 1, 1, 1])).toBe(0.25);
  });

  test("a threshold's rights and wrongs", () => {
    expect(confusion(labels, probabilities, 0.4)).toEqual({
      truePositives: 1,
      falsePositives: 1,
      falseNegatives: 1,
      trueNegatives: 1,
      accuracy: 0.5,
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
    });
    expect(confusion([0, 0], [0.1, 0.2])).toMatchObject({ precision: 0, recall: 0, f1: 0, accuracy: 1 });
  });
});

describe("reliability", () => {
  test("bins of equal width hold their lower edge, and the last its upper", () => {
    const bins = reliability([0, 1, 1, 1], [0, 0.5, 0.75, 1], { bins: 2 });
    expect(bins).toEqual([
      { low: 0, high: 0.5, n: 1, predicted: 0, observed: 0 },
      { low: 0.5, high: 1, n: 3, predicted: 0.75, observed: 1 },
    ]);
  });

  test("bins of equal mass hold the same number each, ties or not", () => {
    const bins = reliability([0, 1, 0, 1, 1, 1], [0.2, 0.2, 0.2, 0.2, 0.7, 0.9], { bins: 3, by: "mass" });
    expect(bins.map(({ n }) => n)).toEqual([2, 2, 2]);
    expect(bins[2]).toMatchObject({ low: 0.7, high: 0.9, observed: 1 });
  });

  test("true probabilities are calibrated, and squared ones are not", () => {
    const source = random(3);
    const p = Float64Array.from({ length: 20000 }, () => source.uniform());
    const y = p.map((value) => (source.uniform() < value ? 1 : 0));
    // 2,000 a bin: a bin's mean is off by about 0.01.
    expect(calibrationError(y, p)).toBeLessThan(0.015);
    expect(calibrationError(y, p, { by: "mass" })).toBeLessThan(0.015);
    // The mean of |p - p²| is 1/6.
    expect(
      calibrationError(
        y,
        p.map((value) => value ** 2),
      ),
    ).toBeGreaterThan(0.14);
  });

  test("drawn, a bar is as long as what came true, and the mark is what was promised", () => {
    const drawn = reliabilityDiagram(reliability([0, 1, 1, 1], [0.2, 0.8, 0.8, 0.8], { bins: 5 }), 10);
    expect(drawn.split("\n").slice(1)).toEqual([
      "0.200-0.400   |         0.200 0.000 1",
      "0.800-1.000 ########|#  0.800 1.000 3",
    ]);
  });
});

describe("AUC by group (case I)", () => {
  const y = [1, 0, 1, 1, 0, 0, 1, 0];
  const scores = [0.9, 0.8, 0.4, 0.7, 0.4, 0.1, 0.4, 0.3];
  const groups = [1, 1, 1, 1, 1, 2, 2, 2];

  test("three ways to weigh groups", () => {
    expect(auc(y.slice(0, 5), scores.slice(0, 5))).toBeCloseTo(0.583333, 6);
    expect(groupedAuc(y, scores, groups).value).toBeCloseTo(0.739583, 6);
    expect(groupedAuc(y, scores, groups, "positives").value).toBeCloseTo(0.6875, 6);
    expect(groupedAuc(y, scores, groups, "groups").value).toBeCloseTo(0.791667, 6);
  });

  test("groups of one label are left out and counted; the order of rows does not matter", () => {
    const rows = [8, 3, 0, 9, 1, 2, 5, 4, 6, 7];
    const pick = (values: number[]) => rows.map((i) => values[i]!);
    const found = groupedAuc(pick([...y, 1, 1]), pick([...scores, 0, 1]), pick([...groups, 3, 3]));
    expect(found.value).toBeCloseTo(0.739583, 6);
    expect(found).toMatchObject({ groups: 2, skipped: 1 });
  });
});

test("bad input is an error that names the metric, the place and what to do", () => {
  expect(() => brier([0, 1], [0.5, 1.5])).toThrow(/brier: probabilities\[1\] is 1.5\n.*\[0, 1\]/);
  expect(() => calibrationError([0, 2], [0.5, 0.5])).toThrow(/labels\[1\] is 2/);
  expect(() => calibrationError([0, 1], [0.5, 0.5], { bins: 0 })).toThrow(/bins is 0\n.*whole number from 1/);
  expect(() => calibrationRatio([0, 0], [0.5, 0.5])).toThrow(/all labels are 0/);
  expect(() => normalizedEntropy([1, 1], [0.5, 0.5])).toThrow(/all labels are 1/);
  expect(() => groupedAuc([1, 1], [0.1, 0.2], [1, 1])).toThrow(/no group has both labels/);
  expect(() => groupedAuc([1, 0], [0.1, 0.2], [1])).toThrow(/2 labels and 1 groups/);
  expect(() => groupedAuc([1, 0], [0.1, Number.NaN], [1, 1])).toThrow(/scores\[1\] is NaN/);
  expect(() => prAuc([0, 0], [0.1, 0.2])).toThrow(/all labels are 0/);
});
