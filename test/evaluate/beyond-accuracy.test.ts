import { describe, expect, test } from "vitest";
import {
  averagePopularity,
  catalogCoverage,
  coOccurrence,
  demographicGap,
  diversity,
  entropyRecbole,
  exposureEntropy,
  exposureGap,
  freshness,
  gini,
  groupExposure,
  itemCounts,
  itemCoverage,
  itemNovelty,
  novelty,
  popularityLift,
  raggedLists,
  repetition,
  serendipity,
  stability,
  tailShare,
  tasteCalibration,
  tasteDivergence,
  userCoverage,
  vectorSimilarity,
} from "../../src/evaluate/index.js";

// Case F: items i1..i4 are ids 0..3.
const train = raggedLists([[0, 1], [0, 2], [1, 2, 3], [0]]);
const lists = raggedLists([[2, 3], [1, 3], [0], [1]]);
const counts = itemCounts(train, 4);
const exposure = itemCounts(lists, 4);
const alike = coOccurrence(train, 4);
const close = (found: ArrayLike<number>, wanted: number[]) =>
  wanted.forEach((value, i) => {
    if (Number.isNaN(value)) expect(found[i], `place ${i}`).toBeNaN();
    else expect(found[i], `place ${i}`).toBeCloseTo(value, 6);
  });

describe("beyond accuracy (case F)", () => {
  test("novelty", () => {
    close(itemNovelty(counts), [1.415037, 2, 2, 3]);
    expect(novelty(lists, counts).mean).toBeCloseTo(2.23584, 6);
  });

  test("diversity leaves out lists of one item", () => {
    const found = diversity(lists, alike);
    close(found.perUser, [0.292893, 0.292893, Number.NaN, Number.NaN]);
    expect(found.mean).toBeCloseTo(0.292893, 6);
    expect(found.counted).toBe(2);
  });

  test("serendipity", () => {
    const found = serendipity(lists, train, alike);
    close(found.perUser, [0.596161, 0.596161, 0.727834, 0.591752]);
    expect(found.mean).toBeCloseTo(0.627977, 6);
    expect(serendipity(lists, train, alike, [0, 0, 1, 1, 1, 0]).perUser[0]).toBe(0);
  });

  test("coverage, concentration and popularity", () => {
    expect(catalogCoverage(lists, counts)).toBe(1);
    expect(exposureEntropy(exposure)).toBeCloseTo(1.918296, 6);
    expect(exposureEntropy(exposure, "nats")).toBeCloseTo(1.329661, 6);
    expect(entropyRecbole(exposure)).toBeCloseTo(1.329661 / 4, 6);
    expect(gini(exposure)).toBeCloseTo(0.166667, 6);
    expect(averagePopularity(lists, counts)).toBeCloseTo(1.833333, 6);
  });

  test("taste: the divergence of a list from its user's genres (case I)", () => {
    expect(tasteDivergence([0.5, 0.3, 0.2], [0.2, 0.8, 0])).toBeCloseTo(1.079367, 6);
    expect(tasteDivergence([0.5, 0.5], [0.5, 0.5])).toBe(0);
  });
});

describe("conventions", () => {
  test("an unseen item is smoothed, or dropped and counted", () => {
    const seen = Int32Array.of(3, 1, 0, 0);
    const list = raggedLists([[0, 2]]);
    expect(novelty(list, seen)).toEqual({ mean: (-Math.log2(3 / 4) + 3) / 2, dropped: 0 });
    expect(novelty(list, seen, { unseen: "drop" })).toEqual({ mean: -Math.log2(3 / 4), dropped: 1 });
  });

  test("items never recommended count in the Gini index and in RecBole's coverage", () => {
    expect(gini([1, 0, 0, 0])).toBe(0.75);
    expect(gini([2, 2])).toBe(0);
    expect(itemCoverage(raggedLists([[1, 1], [1]]), 4)).toBe(0.25);
    expect(userCoverage(raggedLists([[1], [], [2, 3], []]))).toBe(0.5);
  });

  test("co-occurrence counts a user once, and an item nobody had is like none", () => {
    const similarity = coOccurrence(raggedLists([[0, 0, 1], [0], [0, 1]]), 3);
    expect(similarity(0, 1)).toBeCloseTo(2 / Math.sqrt(6), 12);
    expect(similarity(0, 2)).toBe(0);
    expect(vectorSimilarity(Float32Array.of(1, 0, 0, 1, 1, 1), 2)(0, 2)).toBeCloseTo(Math.SQRT1_2, 12);
  });

  test("the tail is the least popular share, or what has few rows", () => {
    const popular = [5, 1, 2, 9];
    expect(tailShare(raggedLists([[1, 3], [2]]), popular, { share: 0.5 })).toBeCloseTo(2 / 3, 12);
    expect(tailShare(raggedLists([[1, 3], [2]]), popular, { atMost: 1 })).toBeCloseTo(1 / 3, 12);
  });

  test("popularity lift compares lists with what their users chose", () => {
    const popular = [10, 2, 4];
    expect(popularityLift(raggedLists([[0], [0]]), raggedLists([[1], [2]]), popular)).toBeCloseTo(
      20 / 6 - 1,
      12,
    );
    // Neither a user without a list nor one without a past counts on either side.
    const more = [raggedLists([[0], [0], [], [0]]), raggedLists([[1], [2], [0], []])] as const;
    expect(popularityLift(...more, popular)).toBeCloseTo(20 / 6 - 1, 12);
  });

  test("a list of a user's own genres is calibrated, and one of others is not", () => {
    const genres = raggedLists([[0], [1], [0, 1], []]);
    const found = tasteCalibration(raggedLists([[2], [0], [3]]), raggedLists([[0, 1], [1], [1]]), genres, 2);
    expect(found.perUser[0]).toBeCloseTo(0, 12);
    expect(found.perUser[1]).toBeCloseTo(Math.log(100), 12);
    expect(found.perUser[2]).toBeNaN();
    expect(found.counted).toBe(2);
  });

  test("exposure of providers is weighed by position, and the gap is what is not deserved", () => {
    const shown = groupExposure(raggedLists([[0, 1], [0]]), [0, 1], 2);
    const second = 1 / Math.log2(3);
    close(shown, [2 / (2 + second), second / (2 + second)]);
    expect(exposureGap([3, 1], [1, 1])).toBeCloseTo(0.5, 12);
    expect(exposureGap(shown, shown)).toBe(0);
  });

  test("a planted difference between two groups lies outside the interval around 0", () => {
    const perUser = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 0.6 : 0.4) + ((i * 7) % 11) / 50);
    const groups = perUser.map((_, i) => i % 2);
    const { first, second, difference } = demographicGap(perUser, groups, [0, 1]);
    expect(difference.mean).toBeCloseTo(first.mean - second.mean, 12);
    expect(difference.low).toBeGreaterThan(0.15);
    expect(difference.high).toBeLessThan(0.25);
  });

  test("repetition, freshness and stability", () => {
    close(repetition(raggedLists([[1, 2], []]), raggedLists([[2], [1]])).perUser, [0.5, Number.NaN]);
    close(freshness(raggedLists([[0, 1]]), [10, 30], [40]).perUser, [20]);
    close(stability(raggedLists([[1, 2], []]), raggedLists([[2, 3], []])).perUser, [1 / 3, 0]);
  });
});

test.each([
  [
    "an item outside the catalogue",
    () => itemCounts(raggedLists([[4]]), 4),
    /user 0 has the item 4.*ids 0 to 3/,
  ],
  ["no training rows", () => itemNovelty([0, 0]), /no item was seen in training/],
  ["a NaN count", () => gini([1, Number.NaN]), /gini: counts\[1\] is NaN/],
  ["empty lists", () => gini([0, 0]), /nothing was recommended/],
  ["shares that do not sum to 1", () => tasteDivergence([0.5, 0.2], [0.5, 0.5]), /p sums to 0.7/],
  ["other users", () => serendipity(lists, raggedLists([[0]]), alike), /4 lists and 1 histories/],
  ["too few relevances", () => serendipity(lists, train, alike, [1]), /6 places and 1 relevances/],
  ["a group nobody is in", () => demographicGap([1, 2], [0, 0], [0, 1]), /group 1 has no values/],
  ["an unknown group", () => groupExposure(lists, [0, 0, 0, 7], 2), /item 3 is of group 7/],
  ["half a vector", () => vectorSimilarity(new Float32Array(3), 2), /3 numbers in rows of 2/],
])("%s: an error", (_, act, message) => {
  expect(act).toThrow(message);
});
