import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importers } from "../../src/data/index.js";
import {
  binned,
  censusColumns,
  censusFigures,
  censusStability,
  noiseScores,
  rankColumns,
  trap,
} from "../../src/experiments/reproductions/outrank-measures.js";
import { censusSplit, rankedNames } from "../../src/experiments/reproductions/outrank-models.js";

const folder = join(process.env.HEED_DATA ?? "", "adult-census");
const present = existsSync(join(folder, "train.csv.gz"));

describe("columns that tell nothing", () => {
  test("score about (m - 1) / (2 n) by plain information, and about 0 corrected", () => {
    const plain = noiseScores("information", 1, 20_000);
    const corrected = noiseScores("corrected", 1, 20_000);
    for (const [cardinality, expected] of [
      [2, 2.5e-5],
      [10, 2.2e-4],
      [100, 2.5e-3],
      [1_000, 2.5e-2],
    ] as const) {
      expect(plain[`mean of ${cardinality}`]! / expected).toBeGreaterThan(0.4);
      expect(plain[`mean of ${cardinality}`]! / expected).toBeLessThan(1.6);
      expect(Math.abs(corrected[`mean of ${cardinality}`]!)).toBeLessThan(1e-3);
    }
    expect(corrected.worst).toBeLessThan(6e-3);
  });
});

test("two telling columns are first by the corrected score; by plain information the ids are", async () => {
  expect(await trap("corrected", 1)).toEqual({ "planted first": 2, "ids before": 0 });
  expect((await trap("information", 1))["ids before"]).toBeGreaterThanOrEqual(3);
});

test("quantiles put equal numbers together, and what lies outside into the outer parts", () => {
  const fitted = Array.from({ length: 100 }, (_, i) => String(i));
  expect(new Set(binned(fitted)).size).toBe(20);
  expect(binned(["-5", "0", "99", "500"], fitted)).toEqual(["0", "0", "19", "19"]);
  expect(new Set(binned(Array<string>(50).fill("0"))).size).toBe(1);
});

describe.skipIf(!present)(`the census${present ? "" : " (HEED_DATA has no adult-census)"}`, () => {
  const census = present ? importers["adult-census"].load(folder) : null!;

  test("is 32,561 people to train on and 16,281 to test, of whom 7,841 and 3,846 earn more", () => {
    const counts = [census.train, census.test].map(({ label }) => [
      label.length,
      label.filter((value) => value === "1").length,
    ]);
    expect(counts).toEqual([
      [32_561, 7_841],
      [16_281, 3_846],
    ]);
  });

  test("by plain information is led by an id of rows: 0.5520, then raw fnlwgt: 0.394", async () => {
    const { ranking } = await rankColumns(censusColumns(census, 1), { heuristic: "information" });
    expect(ranking.slice(0, 2).map(({ feature }) => feature)).toEqual(["row_id", "raw fnlwgt"]);
    expect(ranking[0]!.score).toBeCloseTo(0.552, 4);
    expect(ranking[1]!.score).toBeCloseTo(0.394, 3);
  });

  test.each([1, 2, 3])("corrected, the nine that tell lead above all noise, shuffle %d", async (seed) => {
    const figures = censusFigures(
      await rankColumns(censusColumns(census, seed), { heuristic: "corrected", seed }),
    );
    expect(figures).toMatchObject({ "leaders above noise": 9, "ids in the top 9": 0, row_id: 0 });
    expect(figures["largest noise"]).toBeLessThan(0.01);
  });

  test("ranks alike on two halves and on a stratified part", async () => {
    const figures = await censusStability(censusColumns(census, 1), 1);
    expect(figures["spearman of halves"]).toBeGreaterThanOrEqual(0.9);
    expect(figures["top 10 kept"]).toBeGreaterThanOrEqual(8);
  });

  test("beside thirty columns of noise keeps the nine first for the models", async () => {
    const { names, split } = censusSplit(census, 1);
    expect(names).toHaveLength(44);
    const ranked = await rankedNames(split, 1);
    expect(ranked.slice(0, 9).filter((name) => name.startsWith("noise"))).toEqual([]);
  });
});
