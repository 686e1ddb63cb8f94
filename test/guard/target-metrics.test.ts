import { describe, expect, test } from "vitest";
import { rankTargets, targetMetrics } from "../../src/guard/index.js";
import type { ScoreBatch } from "../../src/models/index.js";

/** Everybody's scores are the same: item 1 best, item 6 worst. */
const falling: ScoreBatch = async () => () => [Number.NEGATIVE_INFINITY, 6, 5, 4, 3, 2, 1];
const user = (history: number[], alsoOwned: number[] = []) => ({
  history: Int32Array.from(history),
  owned: new Set([...history, ...alsoOwned]),
});

describe("targets in the lists of genuine users", () => {
  test("are ranked without what the user had, for those who do not own them", async () => {
    const users = [user([1]), user([1, 2]), user([3]), user([4], [3])];
    const [third, fifth] = await rankTargets(users, [3, 5], falling);
    expect([...third!.ranks]).toEqual([2, 1]);
    expect([...fifth!.ranks]).toEqual([4, 3, 4, 4]);
  });

  test("T-HR, T-NDCG and the mean rank average over targets, whatever the number of their users", () => {
    const ranked = [
      { target: 3, ranks: Float64Array.of(1, 3) },
      { target: 5, ranks: Float64Array.of(2, 9, 9, 9) },
    ];
    const { hitRate, ndcg, meanRank } = targetMetrics(ranked, 2);
    expect(hitRate).toBeCloseTo((1 / 2 + 1 / 4) / 2, 12);
    expect(ndcg).toBeCloseTo((1 / 2 + 1 / Math.log2(3) / 4) / 2, 12);
    expect(meanRank).toBeCloseTo((2 + 29 / 4) / 2, 12);
  });

  test("a target that everybody owns is an error", async () => {
    await expect(rankTargets([user([3])], [3], falling)).rejects.toThrow(
      /no genuine user is without the target 3/,
    );
    expect(() => targetMetrics([])).toThrow(/no targets/);
  });
});
