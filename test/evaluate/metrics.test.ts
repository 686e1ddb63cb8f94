import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import {
  atRank,
  auc,
  bootstrap,
  bootstrapAuc,
  hitRate,
  logLoss,
  mrr,
  ndcg,
  pairedBootstrap,
  precision,
  rankOf,
  recall,
} from "../../src/evaluate/index.js";

describe("AUC and log loss", () => {
  test("golden values with ties", () => {
    const labels = [1, 0, 1, 1, 0, 0, 1, 0];
    const scores = [0.9, 0.9, 0.4, 0.7, 0.4, 0.1, 0.4, 0.3];
    expect(auc(labels, scores)).toBe(0.71875);
    expect(logLoss(labels, scores)).toBeCloseTo(0.696258, 6);
  });

  test("AUC is the share of ordered pairs, ties one half", () => {
    const example = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(fc.array(example, { minLength: 2, maxLength: 40 }), (rows) => {
        const of = (wanted: number) => rows.filter(([label]) => label === wanted).map(([, score]) => score);
        fc.pre(of(0).length > 0 && of(1).length > 0);
        const pairs = of(1).flatMap((p) => of(0).map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
        const expected = pairs.reduce<number>((a, b) => a + b, 0) / pairs.length;
        const [labels, scores] = [0, 1].map((at) => rows.map((entry) => entry[at]!));
        expect(auc(labels!, scores!)).toBeCloseTo(expected, 12);
      }),
    );
  });

  test("bad input is refused by name", () => {
    expect(() => auc([1, 1], [0.1, 0.2])).toThrow(/both classes/);
    expect(() => auc([1, 0], [0.1])).toThrow(/2 labels and 1 scores/);
    expect(() => auc([1, 0], [0.1, Number.NaN])).toThrow(/NaN/);
  });
});

describe("ranked lists", () => {
  test("known answers", () => {
    const ranked = [7, 3, 9, 1];
    expect(hitRate(ranked, [9], 2)).toBe(0);
    expect(hitRate(ranked, [9], 3)).toBe(1);
    expect(mrr(ranked, [9, 1], 10)).toBeCloseTo(1 / 3, 12);
    expect(recall(ranked, [9, 8], 3)).toBe(0.5);
    expect(precision(ranked, [9, 8], 2)).toBe(0);
    expect(ndcg(ranked, [3, 9], 3)).toBeCloseTo((1 / Math.log2(3) + 0.5) / (1 + 1 / Math.log2(3)), 12);
    expect(ndcg(ranked, [], 3)).toBeNaN();
  });

  test("one strictly better and two tied items: rank 3", () => {
    expect(rankOf([0, 9, 5, 5, 5], 2)).toBe(3);
  });

  test("padding and seen items never compete, and a constant model is not perfect", () => {
    expect(rankOf([99, 1, 2], 2)).toBe(1);
    expect(rankOf([0, 9, 5], 2, [1])).toBe(1);
    expect(rankOf(new Float64Array(101), 5)).toBe(50.5);
  });

  test("metrics at a rank agree with metrics of the list", () => {
    const at10 = atRank([1, 4, 11], 10);
    expect([...at10.hitRate]).toEqual([1, 1, 0]);
    expect(at10.ndcg[1]).toBeCloseTo(1 / Math.log2(5), 12);
  });
});

describe("bootstrap", () => {
  test("the interval holds the mean, narrows with more users and repeats", () => {
    const values = Array.from({ length: 400 }, (_, i) => i % 2);
    const [few, many] = [bootstrap(values.slice(0, 40)), bootstrap(values)];
    expect(many.low).toBeLessThanOrEqual(many.mean);
    expect(many.high).toBeGreaterThanOrEqual(many.mean);
    expect(many.high - many.low).toBeLessThan(few.high - few.low);
    expect(bootstrap(values)).toEqual(many);
  });

  test("a constant gain is significant, none is not", () => {
    expect(pairedBootstrap([2, 3, 4], [1, 2, 3]).low).toBe(1);
    expect(pairedBootstrap([1, 2], [1, 2])).toMatchObject({ low: 0, high: 0 });
  });

  test("the interval of an AUC is that of resampled rows, ties and all", () => {
    const source = random(5, "auc-interval");
    const labels = Array.from({ length: 150 }, () => source.integer(2));
    // Rounded, so that many scores tie.
    const scores = labels.map((label) => Math.round(4 * (source.uniform() + 0.5 * label)) / 4);
    const found = bootstrapAuc(labels, scores, { resamples: 2000 });
    // The slow way: draw rows, build both arrays, take the AUC.
    const drawn = Array.from({ length: 2000 }, () => {
      const rows = labels.map(() => source.integer(labels.length));
      return auc(
        rows.map((i) => labels[i]!),
        rows.map((i) => scores[i]!),
      );
    }).sort((a, b) => a - b);
    expect(found.mean).toBe(auc(labels, scores));
    expect(Math.abs(found.low - drawn[50]!)).toBeLessThan(0.01);
    expect(Math.abs(found.high - drawn[1950]!)).toBeLessThan(0.01);
    expect(found.method).toBe("bootstrap over rows, 2000 resamples");
  });

  test("an AUC has an interval even where many resamples have one class only", () => {
    const { low, high } = bootstrapAuc([0, 0, 1], [0.1, 0.2, 0.3]);
    expect([low, high]).toEqual([1, 1]);
  });
});
