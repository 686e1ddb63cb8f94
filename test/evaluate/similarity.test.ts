import { describe, expect, test } from "vitest";
import {
  adjustedCosine,
  chebyshev,
  cosine,
  euclidean,
  euclideanSimilarity,
  hamming,
  jaccard,
  kendallTau,
  manhattan,
  pearson,
  rankBiasedOverlap,
  spearman,
} from "../../src/evaluate/index.js";

const a = [1, 2, 3, 4];
const b = [2, 1, 4, 3];
const missing = Number.NaN;

describe("similarity (case E)", () => {
  test("of vectors", () => {
    expect(cosine(a, b)).toBeCloseTo(0.933333, 6);
    expect(euclidean(a, b)).toBe(2);
    expect(euclideanSimilarity(a, b)).toBeCloseTo(0.333333, 6);
    expect(manhattan(a, b)).toBe(4);
    expect(chebyshev(a, b)).toBe(1);
    expect(pearson(a, b)).toBeCloseTo(0.6, 12);
    expect(spearman(a, b)).toBeCloseTo(0.6, 12);
  });

  test("of sets", () => {
    expect(jaccard([1, 0, 1, 1, 0], [1, 1, 0, 1, 0])).toBe(0.5);
    expect(hamming([1, 0, 1, 1, 0], [1, 1, 0, 1, 0])).toBe(2);
  });

  test("adjusted cosine of items 1 and 2, whose third rater rated them with another mean", () => {
    const means = [4, 3, 10 / 3, 11 / 3];
    expect(adjustedCosine([5, 4, 1, 2], [3, missing, 5, 4], means)).toBeCloseTo(-0.909124, 6);
  });

  test("nothing in common is 0, not NaN", () => {
    expect(cosine([0, 0], [1, 2])).toBe(0);
    expect(jaccard([0, 0], [0, 0])).toBe(0);
    expect(pearson([1, 1], [1, 2])).toBe(0);
    expect(pearson([1, missing, 3], [missing, 2, 4])).toBe(0);
  });

  test("little overlap counts less", () => {
    expect(pearson([1, 2, 3], [1, 2, 3], { minimumOverlap: 4 })).toBe(0);
    expect(pearson([1, 2, 3], [1, 2, 3], { shrinkage: 3 })).toBeCloseTo(0.5, 12);
  });

  test("bad input names the array and the place", () => {
    expect(() => cosine([1], [1, 2])).toThrow(/cosine: 1 a and 2 b\n.*one length/);
    expect(() => cosine([1, missing], [1, 2])).toThrow(/cosine: a\[1\] is NaN/);
    expect(() => euclidean([], [])).toThrow(/euclidean: a is empty/);
    expect(() => pearson([1, Infinity], [1, 2])).toThrow(/position 1 is infinite/);
  });
});

describe("agreement of rankings (case I)", () => {
  test("rank-biased overlap", () => {
    expect(rankBiasedOverlap([0, 1, 2, 3], [1, 0, 3, 2], { extrapolate: false })).toBeCloseTo(0.2169, 6);
    expect(rankBiasedOverlap([0, 1, 2, 3], [1, 0, 3, 2])).toBeCloseTo(0.873, 6);
    expect(rankBiasedOverlap([0, 1, 2], [0, 1, 2])).toBeCloseTo(1, 12);
    expect(rankBiasedOverlap([0, 1], [2, 3])).toBe(0);
    expect(() => rankBiasedOverlap([0, 0], [1, 2])).toThrow(/place 2 repeats an item/);
    expect(() => rankBiasedOverlap([0], [])).toThrow(/a ranking is empty/);
    expect(() => rankBiasedOverlap([0], [1], { persistence: 1 })).toThrow(/persistence is 1/);
  });

  test("tau-b and Spearman, with ties", () => {
    expect(kendallTau([1, 2, 2, 3], [1, 3, 2, 2])).toBeCloseTo(0.4, 12);
    expect(spearman([1, 2, 2, 3], [1, 3, 2, 2])).toBeCloseTo(0.5, 12);
    expect(kendallTau([1, 1], [1, 2])).toBe(0);
  });
});
