import { beforeAll, expect, test } from "vitest";
import { exposureTable, rankFeatures } from "../../src/features/index.js";
import { openHeed } from "../../src/serve/index.js";
import { openStore } from "../../src/store/index.js";
import { heed, temporaryFolder } from "../support/cli.js";

const folder = temporaryFolder();

/** A shop in which people click what is cheap, wherever it stands. */
beforeAll(async () => {
  const store = await openStore(folder);
  const shop = await openHeed({ store });
  await shop.putItems(
    Array.from({ length: 20 }, (_, i) => ({ item: `i${i}`, attributes: { price: i < 10 ? "low" : "high" } })),
  );
  const events = Array.from({ length: 120 }, (_, slate) => {
    const shown = [0, 1, 2, 3].map((place) => ({
      item: `i${(slate * 7 + place * 5) % 20}`,
      position: place + 1,
      propensity: 1,
    }));
    const context = { user: `u${slate % 15}`, slate: `s${slate}`, surface: "home" };
    const clicked = shown.filter(({ item }) => Number(item.slice(1)) < 10);
    return [
      { ...context, action: "impression", items: shown },
      ...clicked.map(({ item }) => ({ ...context, action: "click", item })),
    ];
  }).flat();
  const { results } = (await shop.record(events)) as { results?: unknown };
  expect(results).not.toBe(null);
  await shop.close();
  await store.close();
}, 60_000);

test("what was shown is ranked by what came of it: price tells all, the place nothing", async () => {
  const store = await openStore(folder);
  try {
    const table = exposureTable(store, { project: "default", action: "click" });
    const report = await rankFeatures(table, { label: "click", ignore: ["item"], controls: false });
    expect([report.rows, report.label.classes]).toEqual([480, 2]);
    expect(report.ranking[0]).toMatchObject({ feature: "item.attributes.price" });
    expect(report.ranking[0]!.score).toBeCloseTo(report.label.entropy, 10);
    const position = report.ranking.find(({ feature }) => feature === "position")!;
    expect(Math.abs(position.score)).toBeLessThan(0.05);
  } finally {
    await store.close();
  }
});

test("heed features rank --events does the same from the data folder", async () => {
  const { code, stdout, stderr } = await heed(
    ["features", "rank", "--events", "--label", "click", "--json"],
    {
      HEED_HOME: folder,
    },
  );
  expect([code, stderr]).toEqual([0, expect.stringMatching(/480 rows in 1 batches/)]);
  const report = JSON.parse(stdout) as { ranking: { feature: string }[]; findings: { code: string }[] };
  expect(report.ranking.slice(0, 2).map(({ feature }) => feature)).toContain("item.attributes.price");
  expect(report.findings.map(({ code }) => code)).toContain("leak");
}, 60_000);

test("a project where nothing was shown, and an action named like a column, are errors that say so", async () => {
  const empty = await openStore(temporaryFolder());
  try {
    const table = exposureTable(empty, { project: "default", action: "click" });
    await expect(rankFeatures(table, { label: "click" })).rejects.toThrow(/has no impressions to rank/);
    expect(() => exposureTable(empty, { project: "default", action: "user" })).toThrow(/name of a column/);
  } finally {
    await empty.close();
  }
});
