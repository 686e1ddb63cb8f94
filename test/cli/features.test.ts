import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import type { FeatureReport } from "../../src/features/index.js";
import { heed, temporaryFolder } from "../support/cli.js";

const folder = temporaryFolder();
const file = join(folder, "clicks.csv");
const source = random(1, "clicks");
writeFileSync(
  file,
  [
    "click,page,id,constant",
    ...Array.from({ length: 3_000 }, (_, i) => {
      const page = source.integer(3);
      return [source.uniform() < 0.2 + 0.3 * page ? 1 : 0, `p${page}`, i, "x"].join();
    }),
  ].join("\n"),
);
const rank = (...args: string[]) => heed(["features", "rank", ...args], { HEED_DATA: folder });

describe("heed features rank", () => {
  test("prints the ranking and the findings as tables, and how fast it was on stderr", async () => {
    const { code, stdout, stderr } = await rank(file, "--label", "click");
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^3000 rows in 1 batches, .* rows\/s\n$/)]);
    expect(stdout).toMatch(/^feature +kind +score +scaled +max +values +missing +note\npage +column/);
    expect(stdout).toMatch(/\nid +column +0 .*noise\n/);
    expect(stdout).toMatch(/\nnear-unique +"id" has 3000 values/);
    expect(stdout).toMatch(/\nconstant +"constant" is "x"/);
  });

  test("prints the whole report as JSON", async () => {
    const { code, stdout } = await rank(file, "--label", "click", "--order", "2", "--redundancy", "--json");
    const report = JSON.parse(stdout) as FeatureReport;
    expect(code).toBe(0);
    expect(report.label).toMatchObject({ column: "click", classes: 2 });
    expect(report.ranking[0]!.feature).toMatch(/page/);
    expect(report.ranking.filter(({ kind }) => kind === "cross")).toHaveLength(3);
    expect(report.pairs).toHaveLength(3);
    expect(report.maxRelevance[0]!.feature).toBe("page");
    expect(report.columns.map(({ column, cardinality }) => [column, cardinality])).toEqual([
      ["click", 2],
      ["page", 3],
      ["id", 3_000],
      ["constant", 1],
    ]);
  });

  test.each<[name: string, args: string[], said: RegExp]>([
    ["nothing to rank", ["--label", "x"], /there is nothing to rank[\s\S]*clicks.csv --label click/],
    ["two things", [file, "--data", "frappe"], /were given together/],
    ["no label", [file], /--label is missing/],
    ["an unknown label", [file, "--label", "clik"], /no column "clik"[\s\S]*did you mean "click"/],
    [
      "one class",
      [file, "--label", "constant"],
      /"constant" is "x" in all 3000 rows[\s\S]*two values are click/,
    ],
    ["an unknown score", [file, "--label", "click", "--score", "mi"], /no score "mi"\n.*corrected/],
    ["an unknown transformation", [file, "--label", "click", "--transform", "bin"], /mean "bins"/],
    ["a share of 2", [file, "--label", "click", "--share", "2"], /--share is "2"/],
    ["a batch of a word", [file, "--label", "click", "--batch", "big"], /--batch is "big"/],
    ["a list with a gap", [file, "--label", "click", "--ignore", "id,"], /--ignore is "id,"/],
    ["a pair of one", [file, "--label", "click", "--within", "page"], /--within has "page"/],
    ["an unknown data set", ["--data", "frape"], /no data set "frape"[\s\S]*mean "frappe"/],
    ["no file", [join(folder, "none.csv"), "--label", "click"], /there is no file/],
  ])("%s ends with code 1 and the remedy", async (_, args, said) => {
    const { code, stdout, stderr } = await rank(...args);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n +at /);
    expect([code, stdout]).toEqual([1, ""]);
  });

  test("ranks a click data set by its name", async () => {
    const { code, stdout } = await heed(
      ["features", "rank", "--data", "movietweetings-100k", "--json"],
      // The one that ships with the package.
      { HEED_DATA: join(folder, "nowhere") },
    );
    const { table, ranking } = JSON.parse(stdout) as FeatureReport;
    expect([code, table]).toEqual([0, "movietweetings-100k/train"]);
    expect(ranking.map(({ feature }) => feature)).toEqual(expect.arrayContaining(["user", "item", "genres"]));
  });
});
