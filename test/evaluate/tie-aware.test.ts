import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  averagePrecision,
  mrr,
  ndcg,
  precision,
  recall,
  tieAwareAveragePrecision,
  tieAwareMrr,
  tieAwareNdcg,
  tieAwarePrecision,
  tieAwareRecall,
} from "../../src/evaluate/index.js";

const pairs = [
  ["precision", tieAwarePrecision, precision],
  ["recall", tieAwareRecall, recall],
  ["reciprocal rank", tieAwareMrr, mrr],
  ["average precision", tieAwareAveragePrecision, averagePrecision],
  ["nDCG", tieAwareNdcg, ndcg],
] as const;

function orders(items: number[]): number[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

describe("metrics of tied scores", () => {
  test("case B: an order by the truth would give 1", () => {
    const grades = [10, 0, 0, 1, 5];
    const found = tieAwareNdcg(grades, [1, 1, 1, 1, 1], 5, { gain: "linear" });
    expect(found).toBeCloseTo(0.690979, 6);
  });

  test.each(pairs)("%s is the mean over every order the ties allow", (_, aware, plain) => {
    const row = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 6 }),
        (rows, k) => {
          fc.pre(rows.some(([grade]) => grade > 0));
          const scores = rows.map(([, score]) => score);
          const truth = new Map(rows.map(([grade], item) => [item, grade]));
          const allowed = orders(rows.map((_, item) => item)).filter((order) =>
            order.every((item, i) => i === 0 || scores[order[i - 1]!]! >= scores[item]!),
          );
          const expected = allowed.reduce((sum, order) => sum + plain(order, truth, k), 0) / allowed.length;
          expect(
            aware(
              rows.map(([grade]) => grade),
              scores,
              k,
            ),
          ).toBeCloseTo(expected, 10);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("no order inside a block matters", () => {
    const found = pairs.map(([, aware]) => aware([1, 0, 0, 2], [3, 3, 1, 1], 3));
    expect(pairs.map(([, aware]) => aware([0, 1, 2, 0], [3, 3, 1, 1], 3))).toEqual(found);
  });

  test("bad input", () => {
    expect(() => tieAwareNdcg([1], [Number.NaN], 1)).toThrow(/tieAwareNdcg: scores\[0\] is NaN/);
    expect(() => tieAwareMrr([1, 0], [1], 1)).toThrow(/2 grades and 1 scores/);
    expect(() => tieAwareMrr([1], [1], -3)).toThrow(/k is -3/);
    expect(tieAwareMrr([0, 0], [1, 2], 1)).toBeNaN();
    expect(tieAwareNdcg([0, 0], [1, 2], 1)).toBeNaN();
  });
});
