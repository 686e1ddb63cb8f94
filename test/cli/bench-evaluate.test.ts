import { expect, test } from "vitest";
import { fullRanking } from "../../src/cli/bench/evaluate.js";

test("the evaluate suite, in small, ranks at random: recall is the share of the places", async () => {
  const said: string[] = [];
  const bench = {
    rounds: 2,
    seconds: undefined,
    home: undefined,
    peers: null,
    say: (line: string) => said.push(line),
  };
  const rows = await fullRanking(bench, { users: 400, items: 500, dim: 8, seen: 20, relevant: 5 });
  expect(rows.map(({ name, unit }) => [name, unit])).toEqual([
    ["full-ranking", "s"],
    ["full-ranking-metrics", "s"],
    ["full-ranking-memory", "GB"],
  ]);
  for (const { value } of rows) expect(value).toBeGreaterThan(0);
  const recall = Number(/recall@100 ([\d.]+)/.exec(said[0]!)![1]);
  expect(Math.abs(recall - 100 / 480)).toBeLessThan(0.04);
  expect(said.filter((line) => line.startsWith("round"))).toHaveLength(2);
});
