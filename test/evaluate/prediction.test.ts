import { describe, expect, test } from "vitest";
import {
  explainedVariance,
  incompleteErrors,
  mae,
  mape,
  mse,
  r2,
  rmse,
  rmseByUser,
} from "../../src/evaluate/index.js";

const truth = [4, 3, 5, 2, 1];
const predicted = [3.5, 3, 4, 2.5, 2];

describe("errors of predicted ratings (case D)", () => {
  test("every measure", () => {
    expect(mse(truth, predicted)).toBe(0.5);
    expect(rmse(truth, predicted)).toBeCloseTo(Math.sqrt(0.5), 12);
    expect(mae(truth, predicted)).toBeCloseTo(0.6, 12);
    expect(mape(truth, predicted)).toEqual({ value: 31.5, skipped: 0 });
    expect(r2(truth, predicted)).toBe(0.75);
    expect(explainedVariance(truth, predicted)).toBe(0.75);
  });

  test("a constant error costs R² and not explained variance (case I)", () => {
    const shifted = [3.5, 3, 4, 2.5, 0.5];
    expect(mse(truth, shifted)).toBe(0.35);
    expect(r2(truth, shifted)).toBeCloseTo(0.825, 12);
    expect(explainedVariance(truth, shifted)).toBeCloseTo(0.87, 12);
  });

  test("a truth of 0 has no percentage", () => {
    expect(mape([0, 2], [1, 1])).toEqual({ value: 50, skipped: 1 });
  });

  test("by user, one who rated little counts as much as one who rated a lot", () => {
    expect(rmseByUser([1, 1, 1, 2], [1, 1, 1, 1], [1, 1, 1, 3])).toBe(1);
  });

  test("missing predictions are reported both ways", () => {
    expect(incompleteErrors([4, 2], [4, Number.NaN], 3)).toEqual({
      coverage: 0.5,
      predicted: { rmse: 0, mae: 0 },
      all: { rmse: Math.SQRT1_2, mae: 0.5 },
    });
    expect(incompleteErrors([4], [Number.NaN], 3)).toMatchObject({ coverage: 0, predicted: null });
  });

  test("bad input", () => {
    expect(() => rmse([1, 2], [1])).toThrow(/rmse: 2 truth and 1 predicted/);
    expect(() => rmse([1, 2], [1, Number.NaN])).toThrow(/rmse: predicted\[1\] is NaN/);
    expect(() => rmse([], [])).toThrow(/rmse: truth is empty/);
    expect(() => r2([2, 2], [1, 2])).toThrow(/r2: every truth is 2/);
    expect(() => incompleteErrors([1], [1], Number.NaN)).toThrow(/fallback is NaN/);
  });
});
