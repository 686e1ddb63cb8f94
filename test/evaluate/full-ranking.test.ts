import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { importers, leaveLast } from "../../src/data/index.js";
import {
  averagePopularity,
  catalogCoverage,
  evaluateRankings,
  gini,
  gradesByUser,
  itemCounts,
  itemsByUser,
  novelty,
  raggedLists,
  rankFactors,
  topItems,
} from "../../src/evaluate/index.js";
import { datasetFolder } from "../support/data.js";

function listsOf(scores: number[][], options: Partial<Parameters<typeof topItems>[0]> = {}) {
  const top = topItems({ items: scores[0]!.length, k: 3, ...options });
  top.add(scores.flat());
  return top.lists();
}
const values = (lists: { values: Int32Array }) => [...lists.values];

describe("the best items of the whole catalogue", () => {
  test("by score, without what a user has seen, padding or what cannot be shown", () => {
    const scores = [
      [9, 1, 5, 4, 3],
      [9, 1, Number.NEGATIVE_INFINITY, 4, 3],
    ];
    const found = listsOf(scores, { firstItem: 1, seen: raggedLists([[3], []]) });
    expect(found).toEqual(
      raggedLists([
        [2, 4, 1],
        [3, 4, 1],
      ]),
    );
  });

  test("a user who may be shown less than k items gets a shorter list", () => {
    expect(listsOf([[1, 2]])).toEqual(raggedLists([[1, 0]]));
    expect(listsOf([[1, 2]], { seen: raggedLists([[0, 1]]) })).toEqual(raggedLists([[]]));
  });

  test("equals sorting every score, in blocks of any size and under any rising transform", () => {
    const source = random(2, "top");
    // Few values, so that many scores tie.
    const rows = Array.from({ length: 20 }, () => Array.from({ length: 50 }, () => source.integer(12)));
    const whole = listsOf(rows, { k: 10 });
    const blocks = topItems({ items: 50, k: 10 });
    for (const row of rows) blocks.add(row);
    expect(blocks.lists()).toEqual(whole);
    expect(
      listsOf(
        rows.map((row) => row.map((score) => Math.exp(score) - 7)),
        { k: 10 },
      ),
    ).toEqual(whole);
    rows.forEach((row, user) => {
      const sorted = row.toSorted((a, b) => b - a).slice(0, 10);
      expect(
        values(whole)
          .slice(10 * user, 10 * user + 10)
          .map((item) => row[item]),
      ).toEqual(sorted);
    });
  });

  test("ties fall by a seeded hash of the item, the same for every user and order of scoring", () => {
    const tied = Array.from({ length: 40 }, () => 1);
    const first = values(listsOf([tied, tied], { k: 5 }));
    expect(first.slice(0, 5)).toEqual(first.slice(5));
    expect(first.slice(0, 5)).not.toEqual([0, 1, 2, 3, 4]);
    expect(values(listsOf([tied], { k: 5, seed: 2 }))).not.toEqual(first.slice(0, 5));
  });

  test("bad input", () => {
    expect(() => listsOf([[1, Number.NaN]])).toThrow(/score of item 1 for user 0 is NaN/);
    expect(() => listsOf([[1, 2]], { k: 0 })).toThrow(/k is 0/);
    expect(() => topItems({ items: 3, k: 1 }).add([1, 2])).toThrow(/2 scores in rows of 3 items/);
    expect(() => listsOf([[1], [1]], { seen: raggedLists([[0]]) })).toThrow(/2 users, seen items of 1/);
  });

  test("by factors it equals the products", async () => {
    const source = random(3, "factors");
    const matrix = (rows: number) => Float32Array.from({ length: rows * 4 }, () => source.normal());
    const [users, items] = [matrix(30), matrix(80)];
    const found = await rankFactors(
      { users, items, dim: 4 },
      { k: 7, threads: 1, seen: raggedLists(Array.from({ length: 30 }, () => [5])) },
    );
    for (let user = 0; user < 30; user++) {
      const score = (item: number) =>
        [0, 1, 2, 3].reduce((sum, d) => sum + users[user * 4 + d]! * items[item * 4 + d]!, 0);
      const all = Array.from({ length: 80 }, (_, item) => item).filter((item) => item !== 5);
      const sorted = all.toSorted((a, b) => score(b) - score(a)).slice(0, 7);
      expect(values(found).slice(7 * user, 7 * user + 7)).toEqual(sorted);
    }
    await expect(rankFactors({ users, items, dim: 7 }, { k: 1 })).rejects.toThrow(
      /120 numbers of users in rows of 7/,
    );
  });
});

const folder = datasetFolder("ml-latest-small");

test.skipIf(!folder)("popularity against chance on MovieLens, as the survey's dossier measured it", () => {
  const data = importers["ml-latest-small"].load(folder!);
  const { user, item, rating, time } = data;
  const [users, items] = [data.users.length, data.items.length];
  const { train, test: held } = leaveLast(user, time, (rows) => Math.ceil(0.2 * rows));
  const seen = itemsByUser(user, item, train, users);
  const truth = gradesByUser(user, item, held, users, (row) => (rating[row]! >= 4 ? 1 : 0));
  const counts = itemCounts(seen, items);
  const source = random(1, "random ranker");
  const measure = (score: (item: number) => number) => {
    const top = topItems({ items, k: 10, seen, firstItem: 1 });
    for (let u = 0; u < users; u++)
      top.add(
        Float64Array.from({ length: items }, (_, i) =>
          counts[i] === 0 ? Number.NEGATIVE_INFINITY : score(i),
        ),
      );
    const lists = top.lists();
    const table = evaluateRankings(lists, truth, { metrics: ["ndcg"], items });
    return {
      counted: table.counted,
      ndcg: table.columns[0]!.mean,
      coverage: catalogCoverage(lists, counts),
      popularity: averagePopularity(lists, counts),
      novelty: novelty(lists, counts).mean,
      gini: gini(itemCounts(lists, items).subarray(1)),
    };
  };
  const popular = measure((i) => counts[i]!);
  const chance = measure(() => source.uniform());
  // The dossier's figures; its random lists and its order of ties are others.
  expect(popular.counted).toBe(658);
  expect(Math.abs(popular.ndcg - 0.0658)).toBeLessThan(0.0005);
  expect(popular.coverage).toBeCloseTo(0.014, 3);
  expect(popular.popularity).toBeCloseTo(230, 0);
  expect(popular.novelty).toBeCloseTo(8.46, 2);
  expect(Math.abs(chance.coverage - 0.57)).toBeLessThan(0.06);
  expect(Math.abs(chance.popularity - 9.3)).toBeLessThan(1);
  expect(Math.abs(chance.novelty - 14.47)).toBeLessThan(0.2);
  expect(popular.ndcg).toBeGreaterThan(10 * chance.ndcg);
  expect(popular.novelty).toBeLessThan(chance.novelty);
  expect(popular.coverage).toBeLessThan(chance.coverage);
  expect(popular.gini).toBeGreaterThan(chance.gini);
});
