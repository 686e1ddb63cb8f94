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
import { readGolden } from "../support/golden.js";

const golden = readGolden<{
  labelled: { labels: number[]; scores: number[]; auc: number; logLoss: number }[];
  lists: (Record<keyof typeof lists, number> & { ranked: number[]; relevant: number[]; k: number })[];
}>("metrics");
const lists = { hitRate, ndcg, mrr, recall, precision };

describe("metrics equal those of an independent program", () => {
  test("AUC and log loss, with many ties", () => {
    for (const { labels, scores, auc: area, logLoss: loss } of golden.labelled) {
      expect(auc(labels, scores)).toBeCloseTo(area, 9);
      expect(logLoss(labels, scores)).toBeCloseTo(loss, 9);
    }
  });

  test.each(Object.entries(lists))("%s, with items listed twice and lists shorter than k", (name, metric) => {
    for (const example of golden.lists) {
      const found = metric(example.ranked, example.relevant, example.k);
      expect(found, JSON.stringify(example)).toBeCloseTo(example[name as keyof typeof lists], 9);
    }
  });
});

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

  test("AUC does not change when scores are stretched, and log loss keeps certain answers finite", () => {
    const labels = [0, 1, 1, 0, 1];
    const scores = [0.1, 0.4, 0.35, 0.8, 0.9];
    expect(
      auc(
        labels,
        scores.map((score) => 100 * score - 7),
      ),
    ).toBe(auc(labels, scores));
    expect(auc(labels, [-Infinity, 0, Infinity, -1, 2])).toBe(1);
    expect(logLoss([1, 0], [0, 0])).toBeCloseTo(-Math.log(1e-15) / 2, 9);
  });

  test.each([
    ["nothing", [], [], /auc: no labels/],
    ["one class", [1, 1], [0.1, 0.2], /auc: all labels are 1\n.*both classes/],
    ["unequal lengths", [1, 0], [0.1], /auc: 2 labels and 1 scores/],
    ["a NaN score", [1, 0], [0.1, Number.NaN], /auc: scores\[1\] is NaN/],
    ["a label of 2", [0, 2], [0.1, 0.2], /auc: labels\[1\] is 2\n.*0 or 1/],
    ["a label of -1", [-1, 1], [0.1, 0.2], /auc: labels\[0\] is -1/],
    ["a NaN label", [0, Number.NaN, 1], [0.1, 0.2, 0.3], /auc: labels\[1\] is NaN/],
  ])("AUC refuses %s", (_, labels, scores, message) => {
    expect(() => auc(labels, scores)).toThrow(message);
  });

  test.each([
    ["nothing", [], [], /logLoss: no labels/],
    ["unequal lengths", [1, 0], [0.1, 0.2, 0.3], /logLoss: 2 labels and 3 probabilities/],
    ["a NaN probability", [1, 0], [0.1, Number.NaN], /logLoss: probabilities\[1\] is NaN/],
    ["a label of one half", [0.5, 1], [0.1, 0.2], /logLoss: labels\[0\] is 0.5/],
    ["a logit", [1, 0], [0.5, 2.5], /logLoss: probabilities\[1\] is 2.5\n.*sigmoid/],
  ])("log loss refuses %s", (_, labels, probabilities, message) => {
    expect(() => logLoss(labels, probabilities)).toThrow(message);
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

  test.each([0, -1, 1.5, Number.NaN, Infinity])("no metric takes the cut-off %d", (k) => {
    for (const metric of Object.values(lists)) {
      expect(() => metric([1, 2], [1], k)).toThrow(/cut-off k is/);
      expect(() => metric([1, 2], [], k)).toThrow(/cut-off k is/);
    }
    expect(() => atRank([1], k)).toThrow(/cut-off k is/);
  });

  test("every metric lies in 0..1 and is 1 for a list of the relevant items alone", () => {
    const item = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(fc.array(item), fc.uniqueArray(item, { minLength: 1 }), (ranked, relevant) => {
        for (const metric of Object.values(lists)) {
          const value = metric(ranked, relevant, 5);
          expect(value >= 0 && value <= 1).toBe(true);
          expect(metric(relevant, relevant, relevant.length)).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  test.each([
    ["a NaN score", () => rankOf([0, 1, Number.NaN, 2], 1), /rankOf: the score of item 2 is NaN/],
    ["a target without a score", () => rankOf([0, Number.NaN], 1), /the score of item 1 is NaN/],
    ["padding as the target", () => rankOf([0, 1], 0), /target 0 of 1 items/],
    ["a target there is not", () => rankOf([0, 1], 2), /target 2 of 1 items/],
    ["a rank that is none", () => atRank([1, 0.5], 10), /atRank: rank 1 is 0.5/],
    ["a NaN rank", () => atRank([Number.NaN], 10), /atRank: rank 0 is NaN/],
  ])("%s is refused", (_, rank, message) => expect(rank).toThrow(message));

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

  test("the interval holds the true mean about 95 times in 100", () => {
    const worlds = 200;
    let held = 0;
    for (let world = 0; world < worlds; world++) {
      const source = random(world, "coverage");
      // Hits of a metric: 1 for 30 % of people, 0 for the others.
      const values = Float64Array.from({ length: 150 }, () => (source.uniform() < 0.3 ? 1 : 0));
      const { low, high } = bootstrap(values, { seed: world, resamples: 400 });
      if (low <= 0.3 && 0.3 <= high) held++;
    }
    expect(held / worlds).toBeGreaterThan(0.9);
    expect(held / worlds).toBeLessThan(0.99);
  });

  test("pairing finds a small gain that two separate intervals hide", () => {
    const source = random(5, "paired");
    const before = Float64Array.from({ length: 200 }, () => source.uniform());
    const after = before.map((value) => value + 0.02 + 0.02 * (source.uniform() - 0.5));
    expect(pairedBootstrap(after, before).low).toBeGreaterThan(0.015);
    expect(bootstrap(after).low).toBeLessThan(bootstrap(before).high);
  });

  test.each([
    ["nothing", () => bootstrap([]), /no values/],
    ["users without an answer", () => bootstrap([1, Number.NaN]), /value 1 is NaN\n.*leave out/],
    ["no resamples", () => bootstrap([1], { resamples: 0 }), /resamples is 0/],
    ["pairs that are none", () => pairedBootstrap([1], [1, 2]), /1 and 2 values/],
  ])("%s is refused", (_, make, message) => expect(make).toThrow(message));

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
