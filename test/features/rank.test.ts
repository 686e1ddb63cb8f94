import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import {
  type Cell,
  type FeatureTable,
  fileTable,
  type RankOptions,
  rankFeatures,
  tableOf,
} from "../../src/features/index.js";
import { openInstance } from "../../src/store/embedded/database.js";
import { temporaryFolder } from "../support/cli.js";

const folder = temporaryFolder();

/** A label that "telling" tells for the most part, and what should not be learned from. */
function world(rows: number, seed = 1): Record<string, Cell[]> {
  const source = random(seed, "rank");
  const label = Array.from({ length: rows }, () => (source.uniform() < 0.3 ? "yes" : "no"));
  return {
    label,
    telling: label.map((value) => (source.uniform() < 0.8 ? value : "other")),
    noise: label.map(() => String(source.integer(50))),
    age: label.map((value) => String(20 + source.integer(40) + (value === "yes" ? 5 : 0))),
  };
}

const rank = (columns: Record<string, Cell[]>, options: Partial<RankOptions> = {}) =>
  rankFeatures(tableOf("world", columns), { label: "label", ...options });

const codesOf = (report: Awaited<ReturnType<typeof rank>>) =>
  report.findings.map(({ code, columns }) => `${code}: ${columns.join()}`);

describe("a ranking", () => {
  test("aggregates over batches, leaves out a small last one, and is the same again", async () => {
    const columns = world(5_000);
    const report = await rank(columns, { batchRows: 2_048 });
    expect([report.rows, report.batches]).toEqual([5_000, 2]);
    expect(report.ranking[0]).toMatchObject({ feature: "telling", times: 2, scaled: 1, belowNoise: false });
    expect(report.ranking[0]!.max).toBeGreaterThanOrEqual(report.ranking[0]!.score);
    const again = await rank(columns, { batchRows: 2_048 });
    expect({ ...again, seconds: 0 }).toEqual({ ...report, seconds: 0 });
  });

  test("keeps every n-th row", async () => {
    expect((await rank(world(6_000), { every: 3 })).rows).toBe(2_000);
  });

  test("does not depend on the names of values or on the order of columns", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000 }), async (seed) => {
        const columns = world(300, seed);
        const renamed = Object.fromEntries(
          Object.entries(columns)
            .reverse()
            .map(([name, cells]) => [name, cells.map((cell) => `<${cell}>`)]),
        );
        const scores = async (each: Record<string, Cell[]>) =>
          (await rank(each)).ranking.map(({ feature, score }) => [feature, score]);
        expect(await scores(renamed)).toEqual(await scores(columns));
      }),
      { numRuns: 10 },
    );
  });

  test("of rows sorted by the label is no other than of rows in any order", async () => {
    const columns = world(4_000);
    const order = [...columns.label!.keys()].sort((a, b) =>
      columns.label![a]! < columns.label![b]! ? -1 : 1,
    );
    const sorted = Object.fromEntries(
      Object.entries(columns).map(([name, cells]) => [name, order.map((row) => cells[row]!)]),
    );
    const score = async (each: Record<string, Cell[]>) =>
      (await rank(each)).ranking.find(({ feature }) => feature === "telling")!.score;
    expect(Math.abs((await score(sorted)) - (await score(columns)))).toBeLessThan(0.02);
  });

  test("makes transformed copies, values of lists, parts within a value, and crosses", async () => {
    const columns = world(2_000);
    columns.tags = columns.label!.map((value, i) => (value === "yes" ? "sport; news" : i % 2 ? "news" : ""));
    const report = await rank(columns, {
      numeric: ["age"],
      transforms: ["bins", "log"],
      multivalue: ["tags"],
      within: [["noise", "telling"]],
      order: 2,
      focus: ["age", "telling"],
    });
    const of = (name: string) => report.ranking.find(({ feature }) => feature === name)!;
    expect(of("age_tr_bins").kind).toBe("transform");
    expect(of("age_tr_log").parts).toEqual(["age"]);
    expect(of("tags=sport").score).toBeCloseTo(report.label.entropy, 10);
    expect(of("noise|telling=yes").kind).toBe("within");
    expect(of("telling AND age").kind).toBe("cross");
    expect(report.ranking.some(({ feature }) => feature.includes("noise AND"))).toBe(false);
    expect(report.inCrosses.map(({ feature }) => feature)).toContain("telling");
  });

  test("beside a reference counts only what is new", async () => {
    const columns = { ...world(4_000) };
    columns.copy = columns.telling!.map((cell) => `copy of ${cell}`);
    const { ranking, reference } = await rank(columns, { reference: ["telling"], controls: false });
    const scoreOf = (name: string) => ranking.find(({ feature }) => feature === name)!.score;
    expect(reference).toMatchObject({ columns: ["telling"], times: 1 });
    expect(scoreOf("copy")).toBeCloseTo(reference!.score, 12);
    expect(scoreOf("age")).toBeGreaterThan(reference!.score + 0.005);
  });

  test("with redundancy orders columns by what each adds", async () => {
    const columns = world(4_000);
    columns.again = columns.telling!.map((cell) => `again ${cell}`);
    const { pairs, maxRelevance } = await rank(columns, { redundancy: true });
    expect([pairs[0]!.a, pairs[0]!.b]).toEqual(["telling", "again"]);
    expect(pairs).toHaveLength(6);
    const order = maxRelevance.map(({ feature }) => feature);
    expect(order.slice(0, 2).filter((name) => name === "telling" || name === "again")).toHaveLength(1);
  });
});

describe("findings", () => {
  test("name what is missing, constant, unique, twice there, giving the label away or no more than noise", async () => {
    const columns = world(3_000);
    columns.nothing = columns.label!.map(() => null);
    columns.gaps = columns.noise!.map((cell, i) => (i % 2 ? null : cell));
    columns.same = columns.label!.map(() => "x");
    columns.id = columns.label!.map((_, i) => `row ${i}`);
    columns.twin = columns.noise!.map((cell) => `twin of ${cell}`);
    columns.outcome = columns.label!.map((cell) => (cell === "yes" ? "paid" : ""));
    columns.words = columns.label!.map((_, i) => (i % 3 === 0 ? `once ${i}` : "often"));
    const codes = codesOf(await rank(columns));
    for (const expected of [
      "all-missing: nothing",
      "missing: gaps",
      "constant: same",
      "near-unique: id",
      "duplicate: noise,twin",
      "duplicate: label,outcome",
      "leak: outcome",
      "rare-values: words",
    ])
      expect(codes).toContain(expected);
    expect(codes.find((code) => code.startsWith("noise"))).toMatch(/\bid\b/);
    expect(codes.find((code) => code.startsWith("noise"))).not.toMatch(/telling/);
  });

  test("name what changes over time, a label that is sorted, and few rows", async () => {
    const columns = world(8_192);
    columns.version = columns.label!.map((_, i) => (i < 4_096 ? "old" : "new"));
    const moved = codesOf(await rank(columns, { batchRows: 2_048 }));
    expect(moved).toContain("shifted: version");
    expect(moved).not.toContain("shifted: telling");
    columns.label!.sort();
    expect(codesOf(await rank(columns, { batchRows: 2_048 }))).toContain("label-sorted: label");
    expect(codesOf(await rank(world(100)))).toContain("few-rows: ");
  });
});

describe("bad input is an error that says what to do", () => {
  const columns = world(50);
  const same = { ...columns, label: columns.label!.map(() => "no") };
  test.each<[name: string, columns: Record<string, Cell[]>, options: Partial<RankOptions>, said: RegExp]>([
    [
      "an unknown label",
      columns,
      { label: "lable" },
      /label: world has no column "lable"[\s\S]*mean "label"/,
    ],
    ["an unknown column", columns, { numeric: ["agee"] }, /numeric: .*"agee"[\s\S]*mean "age"/],
    ["an unknown column in a pair", columns, { within: [["age", "nois"]] }, /within: .*"nois"[\s\S]*"noise"/],
    ["one class", same, {}, /"label" is "no" in all 50 rows[\s\S]*rows of another class/],
    [
      "a label without values",
      { ...columns, label: columns.label!.map(() => null) },
      {},
      /has nothing in all 50/,
    ],
    ["no rows", { label: [], age: [] }, {}, /world has no rows/],
    ["no other column", { label: columns.label! }, {}, /no column to rank beside the label/],
    ["all ignored", columns, { ignore: ["age", "noise", "telling"] }, /no column to rank/],
    ["half a row", columns, { batchRows: 1.5 }, /batchRows is 1.5[\s\S]*from 2 to 131072/],
    ["a share of nothing", columns, { share: 0 }, /share is 0/],
    ["a share that is no number", columns, { share: Number.NaN }, /share is NaN/],
    ["crosses of ten", columns, { order: 10 }, /order is 10/],
    ["an unknown score", columns, { heuristic: "mutual" as "corrected" }, /no score "mutual"/],
  ])("%s", async (_, each, options, said) => {
    await expect(rank(each, options)).rejects.toThrow(said);
  });

  test("columns of different lengths, and a stop", async () => {
    expect(() => tableOf("t", { a: ["1"], b: [] })).toThrow(/"b" has 0 rows/);
    const signal = AbortSignal.abort();
    await expect(rank(columns, { signal })).rejects.toThrow(/stopped after 0 rows/);
  });
});

describe("files", () => {
  const columns = world(3_000);
  const names = Object.keys(columns);
  const rows = columns.label!.map((_, i) => names.map((name) => columns[name]![i]!));
  const csv = [names, ...rows].map((cells) => cells.join(",")).join("\n");
  const ndjson = rows
    .map(([label, telling, noise, age]) => JSON.stringify({ label, telling, noise, age: Number(age) }))
    .join("\n");

  function write(name: string, content: string | Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  const scoresOf = async (table: FeatureTable) =>
    (await rankFeatures(table, { label: "label" })).ranking.map(({ feature, score }) => [feature, score]);

  test("of every format give the same ranking as the columns", async () => {
    const expected = await scoresOf(tableOf("world", columns));
    const csvPath = write("world.csv", csv);
    expect(await scoresOf(await fileTable(csvPath))).toEqual(expected);
    expect(await scoresOf(await fileTable(write("world.csv.gz", gzipSync(csv))))).toEqual(expected);
    expect(await scoresOf(await fileTable(write("world.tsv", csv.replaceAll(",", "\t"))))).toEqual(expected);
    expect(await scoresOf(await fileTable(write("world.ndjson", ndjson)))).toEqual(expected);
    const parquet = join(folder, "world.parquet");
    const instance = await openInstance(":memory:", { memoryLimit: "512MB" });
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT * FROM read_csv('${csvPath}')) TO '${parquet}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    expect(await scoresOf(await fileTable(parquet))).toEqual(expected);
  });

  test("rows of NDJSON may differ in their columns; objects spread over columns, NaN is nothing", async () => {
    const path = write(
      "mixed.ndjson",
      Array.from({ length: 40 }, (_, i) =>
        JSON.stringify({ label: i % 2, context: { page: `p${i % 2}` }, ...(i > 20 && { late: [1, "b"] }) }),
      ).join("\n"),
    );
    const { columns: profiles } = await rankFeatures(await fileTable(path), { label: "label" });
    expect(profiles.map(({ column, missing }) => [column, missing])).toEqual([
      ["label", 0],
      ["context.page", 0],
      ["late", 21],
    ]);
    expect(profiles[2]!.top.value).toBe(null);
  });

  test("rows that cannot be read are counted, and the first five told", async () => {
    const broken = csv.replace(/^((?:.*\n){3})(.*\n){8}/, `$1${"a,b\n".repeat(8)}`);
    const { refused, findings, rows } = await rankFeatures(await fileTable(write("broken.csv", broken)), {
      label: "label",
    });
    expect([refused.count, refused.first.length, rows]).toEqual([8, 5, 2_992]);
    expect(refused.first[0]).toEqual({ line: 4, reason: expect.stringMatching(/2 fields, not 4/) });
    expect(findings[0]!.code).toBe("refused-rows");
  });

  test("a file that is cut short, empty or not there is an error that names it", async () => {
    const cut = gzipSync(csv);
    const path = write("cut.csv.gz", cut.subarray(0, cut.length / 2));
    await expect(scoresOf(await fileTable(path))).rejects.toThrow(/cut.csv.gz cannot be read/);
    await expect(fileTable(write("empty.csv", ""))).rejects.toThrow(/is empty/);
    await expect(fileTable(join(folder, "none.csv"))).rejects.toThrow(/there is no file/);
    await expect(fileTable(write("world.txt", csv))).rejects.toThrow(/does not say its format/);
    await expect(scoresOf(await fileTable(write("head.csv", names.join())))).rejects.toThrow(/has no rows/);
    await expect(scoresOf(await fileTable(write("bad.ndjson", "{\n{")))).rejects.toThrow(
      /all 2 were refused/,
    );
  });
});
