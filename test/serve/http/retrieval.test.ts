import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineConfig } from "../../../src/decide/index.js";
import { createHttpServer, type HttpServer } from "../../../src/serve/http/index.js";
import { type Heed, openHeed } from "../../../src/serve/index.js";
import { openModel } from "../../../src/serve/runtime/models.js";
import { type EmbeddedStore, openStore } from "../../../src/store/index.js";
import { temporaryFolder } from "../../support/cli.js";
import { saveFreshSasRec } from "../../support/fresh-models.js";

/** A sequence model of 1,000 items, twenty of them rare, whose best are found by an index. */
const items = Array.from({ length: 1000 }, (_, i) => `item${i}`);
const rare = items.filter((_, i) => i % 50 === 0);
const length = 20;
const home = temporaryFolder();
let store: EmbeddedStore;
let heed: Heed;
let server: HttpServer;
let url: string;

const config = defineConfig({
  models: { main: { model: "sasrec", retrain: "never", retrieval: { approximateFrom: 100, compare: 1 } } },
  surfaces: {
    home: {
      candidates: [{ type: "embedding", timeout: "10s" }],
      score: { type: "model", timeout: "10s" },
      fallbacks: [],
    },
  },
});

beforeAll(async () => {
  store = await openStore(join(home, "store"));
  await saveFreshSasRec(join(home, "model"), items, length);
  const { version } = await store.registry.put("default", "main", join(home, "model"));
  await store.registry.promote("default", "main", version);
  heed = await openHeed({ store, config });
  await heed.putItems(
    [...items, "unknown-to-the-model"].map((item) => ({
      item,
      categories: [rare.includes(item) ? "rare" : "common"],
    })),
  );
  server = await createHttpServer(heed, { home });
  url = await server.listen({ port: 0 });
  while (!(await main()).retrieval.ready) await sleep(50);
}, 120_000);
afterAll(() => server.close());

async function get(path: string): Promise<ReturnType<typeof JSON.parse>> {
  const response = await fetch(url + path);
  expect(response.status).toBe(200);
  return response.json();
}
async function record(...events: object[]): Promise<void> {
  const response = await fetch(`${url}/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ events }),
  });
  expect(await response.json()).toMatchObject({ accepted: events.length, rejected: [] });
}
const views = (user: string, viewed: readonly string[]) =>
  viewed.map((item) => ({ user, action: "view", item }));
const shown = (slate: { items: { item: string }[] }) => slate.items.map(({ item }) => item);
const main = async () => (await get("/v1/models")).models[0];

/** The best by scoring every item, those of the past left out. */
async function truth(past: readonly string[], accept: (item: string) => boolean = () => true) {
  const model = await openModel(join(home, "model"), 1);
  const scores = (await model.scoreAll!(past))!;
  const best = await scores.best(
    10,
    past.length,
    (id) => !past.includes(model.items[id]!) && accept(model.items[id]!),
  );
  const found = Array.from(best, (id) => model.items[id]!);
  await model.release();
  return found;
}

describe("recommendations found by an index", () => {
  test("are those of exact search, by the history with the event of a moment ago", {
    timeout: 60_000,
  }, async () => {
    const past = ["item1", "item2", "item3"];
    await record(...views("ann", past));
    const before = await get("/v1/recommend/ann?limit=10");
    expect(before.model).toBe("sasrec");
    expect(shown(before)).toEqual(await truth(past));
    await record(...views("ann", ["item700"]));
    const after = shown(await get("/v1/recommend/ann?limit=10"));
    expect(after).toEqual(await truth([...past, "item700"]));
    expect(after).not.toEqual(shown(before));
  });

  test("keep to filters and exclusions, with no fewer items than there are", {
    timeout: 60_000,
  }, async () => {
    await record(...views("bob", ["item1", "item50", "item2"]));
    const filter = encodeURIComponent(JSON.stringify({ categories: "rare" }));
    const ten = shown(await get(`/v1/recommend/bob?limit=10&filter=${filter}`));
    expect(ten).toEqual(await truth(["item1", "item50", "item2"], (item) => rare.includes(item)));
    const all = shown(await get(`/v1/recommend/bob?limit=30&filter=${filter}`));
    expect(all.toSorted()).toEqual(rare.filter((item) => item !== "item50").toSorted());
    const without = shown(await get(`/v1/recommend/bob?limit=10&filter=${filter}&exclude=${ten[0]}`));
    expect(without).toEqual(all.filter((item) => item !== ten[0]).slice(0, 10));
  });

  test("somebody who had nearly everything gets the rest", { timeout: 60_000 }, async () => {
    const past = items.slice(0, 90);
    await record(...views("cleo", past));
    const given = shown(await get("/v1/recommend/cleo?limit=200"));
    expect(given.length).toBe(200);
    expect(given.filter((item) => past.includes(item))).toEqual([]);
  });

  test("how much of the truth they are is shown with the model and counted", {
    timeout: 60_000,
  }, async () => {
    const searched = (await main()).retrieval.compared;
    await record(...views("dan", ["item9"]));
    await get("/v1/recommend/dan");
    await expect.poll(async () => (await main()).retrieval.compared).toBeGreaterThan(searched);
    const { retrieval } = await main();
    expect(retrieval).toMatchObject({ search: "approximate", items: 1000, ready: true });
    expect(retrieval.recall).toBeGreaterThan(0.9);
    expect(retrieval.recall).toBeLessThanOrEqual(1);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const counted = Number(/^heed_retrieval_recall\{model="main"\} ([\d.]+)$/m.exec(metrics)?.[1]);
    expect(counted).toBeCloseTo((await main()).retrieval.recall, 1);
  });
});

describe("histories that say little", () => {
  test("one event is enough for a list", async () => {
    await record(...views("eve", ["item5"]));
    const slate = await get("/v1/recommend/eve?limit=10");
    expect([slate.model, shown(slate)]).toEqual(["sasrec", await truth(["item5"])]);
  });

  test("items that the model does not know are passed over; where it knows none it has no say", async () => {
    await record(...views("flo", ["item5", "unknown-to-the-model", "never-heard-of"]));
    const slate = await get("/v1/recommend/flo?limit=10");
    expect([slate.model, shown(slate)]).toEqual(["sasrec", await truth(["item5"])]);
    await record(...views("gus", ["never-heard-of"]));
    expect(await get("/v1/recommend/gus")).toMatchObject({ model: "none", items: [] });
  });

  test("nobody's history leaves the answer to the fall-backs, which this surface has none of", async () => {
    expect(await get("/v1/recommend/stranger")).toMatchObject({ model: "none", items: [] });
  });

  test("of one longer than the model reads the latest items count", { timeout: 60_000 }, async () => {
    const past = items.slice(100, 160);
    await record(...views("hal", past));
    const slate = shown(await get("/v1/recommend/hal?limit=5"));
    const model = await openModel(join(home, "model"), 1);
    const best = async (history: readonly string[]) => {
      const scores = (await model.scoreAll!(history))!;
      const ids = await scores.best(5, past.length, (id) => !past.includes(model.items[id]!));
      return Array.from(ids, (id) => model.items[id]!);
    };
    expect(slate).toEqual(await best(past));
    expect(slate).toEqual(await best(past.slice(-length)));
    await model.release();
  });

  test("a history of one item again and again is one like any other", async () => {
    await record(
      ...views(
        "ida",
        Array.from({ length: 30 }, () => "item8"),
      ),
    );
    const slate = await get("/v1/recommend/ida?limit=10");
    expect([slate.model, slate.items.length]).toEqual(["sasrec", 10]);
    expect(shown(slate)).not.toContain("item8");
  });
});
