import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  alignLists,
  averagePrecision,
  bpref,
  dcg,
  dcgJ2,
  err,
  evaluateRankings,
  f1,
  mrr,
  ndcg,
  precision,
  raggedLists,
  rankingMetrics,
  rbp,
  recall,
  reciprocalHitSum,
  rPrecision,
} from "../../src/evaluate/index.js";

const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0) - 97);
const ranked = letters("abcdefghij");
const grades = new Map([
  [1, 3],
  [3, 1],
  [4, 2],
  [10, 3],
]);

describe("one graded list (case A of the survey)", () => {
  const golden = [
    [3, 0.333333, 0.25, 0.285714, 0.5, 0.125, 0.125, 0.166667, 0.296082, 0.341927, 0.321204, 0.4375, 0.16],
    [5, 0.6, 0.75, 0.666667, 0.5, 0.2375, 0.4, 0.4, 0.56545, 0.450113, 0.48979, 0.449609, 0.34432],
    [10, 0.3, 0.75, 0.428571, 0.5, 0.2375, 0.4, 0.4, 0.56545, 0.450113, 0.48979, 0.449609, 0.34432],
  ];

  test.each(golden)("every metric at k = %d", (...row) => {
    const k = row[0]!;
    const found = [
      precision(ranked, grades, k),
      recall(ranked, grades, k),
      f1(ranked, grades, k),
      mrr(ranked, grades, k),
      reciprocalHitSum(ranked, grades, k) / grades.size,
      averagePrecision(ranked, grades, k),
      averagePrecision(ranked, grades, k, { denominator: "reachable" }),
      ndcg(ranked, grades, k, { gain: "binary" }),
      ndcg(ranked, grades, k),
      ndcg(ranked, grades, k, { gain: "linear" }),
      err(ranked, grades, k, { highest: 3 }),
      rbp(ranked, grades, k),
    ];
    row.slice(1).forEach((value, i) => {
      expect(found[i], `column ${i + 1}`).toBeCloseTo(value, 6);
    });
  });

  test("DCG at 5 and R-precision", () => {
    expect(dcg(ranked, grades, 5)).toBeCloseTo(6.007743, 6);
    expect(rPrecision(ranked, grades)).toBe(0.5);
  });

  test("the first form of DCG leaves places 1 and 2 undiscounted", () => {
    // 3 at place 2, 1 at place 4, 2 at place 5.
    expect(dcgJ2(ranked, grades, 5)).toBeCloseTo(3 + 1 / 2 + 2 / Math.log2(5), 12);
  });

  test("from a higher threshold on, fewer items are relevant", () => {
    expect(recall(ranked, grades, 5, { threshold: 2 })).toBeCloseTo(2 / 3, 12);
    expect(recall(ranked, grades, 3, { threshold: 3, capped: true })).toBe(0.5);
    expect(recall(ranked, grades, 5, { threshold: 4 })).toBeNaN();
  });

  test("average precision over the hits alone forgives what was missed", () => {
    expect(averagePrecision(ranked, grades, 5, { denominator: "hits" })).toBeCloseTo(1.6 / 3, 12);
    expect(averagePrecision([0], grades, 5, { denominator: "hits" })).toBe(0);
  });
});

describe("bpref (case I)", () => {
  const [r1, n1, r2, unjudged, n2, r3] = [1, 11, 2, 20, 12, 3];
  const judged = new Map([1, 2, 3, 4, 11, 12, 13].map((item) => [item, item < 10 ? 1 : 0]));

  test("an unjudged item changes nothing", () => {
    expect(bpref([r1, n1, r2, unjudged, n2, r3], judged)).toBe(0.5);
    expect(bpref([r1, n1, r2, n2, r3], judged)).toBe(0.5);
  });

  test("without judged non-relevant items it is the recall", () => {
    expect(bpref([r1, unjudged, r2], [1, 2, 3, 4])).toBe(0.5);
  });
});

describe("many users at once", () => {
  // Case C: hits at 1 and 3 of R = 3; a hit at 2 of R = 1; no hit of R = 2.
  const lists = raggedLists([
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3, 4],
  ]);
  const truth = raggedLists([[0, 2, 9], [1], [8, 9]]);
  const means = (table: ReturnType<typeof evaluateRankings>) =>
    Object.fromEntries(table.columns.map(({ name, mean }) => [name, mean]));

  test("means over all users with a relevant item (case C)", () => {
    const table = evaluateRankings(lists, truth, {
      metrics: ["precision", "recall", "map", "mrr", "ndcg", "arhr"],
      cutOffs: [5],
    });
    const found = means(table);
    expect(found["precision@5"]).toBeCloseTo(0.2, 6);
    expect(found["recall@5"]).toBeCloseTo(0.555556, 6);
    expect(found["map@5"]).toBeCloseTo(0.351852, 6);
    expect(found["mrr@5"]).toBe(0.5);
    expect(found["ndcg@5"]).toBeCloseTo(0.444949, 6);
    expect(found["arhr@5"]).toBeCloseTo(0.611111, 6);
    expect(table).toMatchObject({ users: 3, counted: 3, emptyLists: 0, repeatedItems: 0 });
  });

  test("users without a relevant item are left out and listed, those without a list score 0", () => {
    const table = evaluateRankings(raggedLists([[0, 1], [], [3, 3]]), raggedLists([[], [4], [3]]), {
      metrics: ["mrr"],
    });
    expect(means(table)).toEqual({ "mrr@10": 0.5 });
    expect(table).toMatchObject({ users: 3, counted: 2, emptyLists: 1, repeatedItems: 1 });
    expect(table.skipped).toEqual({ reason: "no relevant item", users: Int32Array.of(0) });
    expect([...table.columns[0]!.perUser]).toEqual([Number.NaN, 0, 1]);
  });

  test("equal the metrics of one list, repeated items, short lists and grades included", () => {
    const item = fc.integer({ min: 0, max: 12 });
    const user = fc.tuple(
      fc.array(item, { maxLength: 12 }),
      fc.uniqueArray(fc.tuple(item, fc.integer({ min: 0, max: 3 })), {
        selector: ([id]) => id,
        maxLength: 8,
      }),
    );
    const one = {
      "ndcg@4": (list: number[], map: Map<number, number>) => ndcg(list, map, 4),
      "ndcg_linear@4": (list: number[], map: Map<number, number>) => ndcg(list, map, 4, { gain: "linear" }),
      "map@4": (list: number[], map: Map<number, number>) => averagePrecision(list, map, 4),
      "err@4": (list: number[], map: Map<number, number>) => err(list, map, 4, { highest: 3 }),
      "recall_capped@4": (list: number[], map: Map<number, number>) => recall(list, map, 4, { capped: true }),
      bpref: (list: number[], map: Map<number, number>) => bpref(list, map),
      r_precision: (list: number[], map: Map<number, number>) => rPrecision(list, map),
    };
    fc.assert(
      fc.property(fc.array(user, { minLength: 1, maxLength: 6 }), (people) => {
        const table = evaluateRankings(
          raggedLists(people.map(([list]) => list)),
          {
            ...raggedLists(people.map(([, wanted]) => wanted.map(([id]) => id))),
            grades: people.flatMap(([, wanted]) => wanted.map(([, grade]) => grade)),
          },
          { metrics: Object.keys(one).map((name) => name.split("@")[0]!), cutOffs: [4], highest: 3 },
        );
        for (const { name, perUser } of table.columns) {
          people.forEach(([list, wanted], i) => {
            expect(perUser[i], name).toBe(one[name as keyof typeof one](list, new Map(wanted)));
          });
        }
      }),
    );
  });

  test("nDCG lies in [0, 1] and recall never falls with k", () => {
    const item = fc.integer({ min: 0, max: 15 });
    fc.assert(
      fc.property(fc.uniqueArray(item), fc.uniqueArray(item, { minLength: 1 }), (list, wanted) => {
        const table = evaluateRankings(raggedLists([list]), raggedLists([wanted]), {
          metrics: ["recall", "ndcg"],
          cutOffs: [1, 2, 5, 20],
        });
        const values = table.columns.map(({ mean }) => mean);
        for (let i = 1; i < 4; i++) expect(values[i]!).toBeGreaterThanOrEqual(values[i - 1]!);
        for (const value of values.slice(4)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  test("every registered metric says how it is computed", () => {
    const table = evaluateRankings(lists, truth, {
      metrics: rankingMetrics.map(({ name }) => name),
      cutOffs: [3, 5],
    });
    for (const { name, formula, mean } of table.columns) {
      expect(formula, name).not.toBe("");
      expect(mean, name).toBeGreaterThan(0);
    }
    expect(table.columns).toHaveLength(2 * (rankingMetrics.length - 2) + 2);
  });

  test("lists are put in the truth's order; who has none gets an empty one", () => {
    const aligned = alignLists(raggedLists([[1], [2, 3]]), [7, 5], [5, 6, 7]);
    expect(aligned).toEqual(raggedLists([[2, 3], [], [1]]));
  });

  test.each([
    [
      "an unknown metric",
      () => evaluateRankings(lists, truth, { metrics: ["ndgc"] }),
      /"ndgc"\n.*did you mean "ndcg"/,
    ],
    [
      "a negative cut-off",
      () => evaluateRankings(lists, truth, { cutOffs: [-1] }),
      /k is -1\n.*whole number from 1/,
    ],
    [
      "a truth with an item the catalogue lacks",
      () => evaluateRankings(lists, truth, { items: 9 }),
      /truth: user 0 has the item 9, and the catalogue holds ids 0 to 8/,
    ],
    [
      "a list with a negative item",
      () => evaluateRankings(raggedLists([[-1]]), raggedLists([[0]])),
      /user 0 has the item -1/,
    ],
    [
      "other users",
      () => evaluateRankings(lists, raggedLists([[1]])),
      /3 lists and the truth of 1 users\n.*alignLists/,
    ],
    [
      "a list of somebody unknown",
      () => alignLists(raggedLists([[1]]), [7], [5]),
      /user 7 has a list and no truth/,
    ],
    ["a user twice", () => alignLists(raggedLists([[1], [2]]), [7, 7], [7]), /names user 7 twice/],
    [
      "an item twice in a truth",
      () => evaluateRankings(raggedLists([[1]]), raggedLists([[2, 2]])),
      /item 2 twice/,
    ],
    [
      "a NaN grade",
      () => evaluateRankings(raggedLists([[1]]), { ...raggedLists([[2]]), grades: [Number.NaN] }),
      /grades\[0\] is NaN/,
    ],
    ["a negative grade", () => ndcg([1], new Map([[1, -1]]), 5), /grade of item 1 is -1/],
    ["a persistence above 1", () => rbp([1], [1], 5, { persistence: 2 }), /persistence is 2\n.*\[0, 1\]/],
  ])("%s is an error that says what to do", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
