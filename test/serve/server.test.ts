import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ragged } from "../../src/data/index.js";
import { fitItemKnn } from "../../src/models/index.js";
import { countingScorer, createEngine, createServer, loadCatalogue } from "../../src/serve/index.js";
import { type EventStore, openDuckDb } from "../../src/store/index.js";

let base = "";
let close: () => Promise<void>;
let store: EventStore;

interface Answer {
  surface: string;
  model: string;
  request: string;
  items: { item: string }[];
  events: object[];
  paths: object;
}

async function call(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(base + path, {
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

// A world whose answer is certain: whoever had a had b too, whoever had c had d.
beforeAll(async () => {
  store = await openDuckDb(join(mkdtempSync(join(tmpdir(), "heed-serve-")), "heed.duckdb"));
  const items = ["a", "b", "c", "d"];
  await store.putItems(items.map((item) => ({ item, title: `Film ${item}`, genres: ["Drama"] })));
  const pairs = [
    ["u1", "a"],
    ["u1", "b"],
    ["u2", "a"],
    ["u2", "b"],
    ["u3", "c"],
    ["u3", "d"],
    ["ann", "a"],
  ];
  await store.append(
    pairs.map(([user, item], i) => ({
      id: `seed${i}`,
      time: new Date(1e12 + i * 1000).toISOString(),
      user: user!,
      action: "view",
      item: item!,
    })),
  );
  const catalogue = await loadCatalogue(store);
  const knn = fitItemKnn(ragged([[1, 2], [1, 2], [3, 4], [1]], 5));
  const server = createServer(createEngine(store, catalogue, knn, countingScorer(knn, 4)));
  await server.listen({ port: 0, host: "127.0.0.1" });
  base = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  close = async () => {
    await server.close();
    await store.close();
  };
});
afterAll(() => close());

describe("the HTTP door", () => {
  test("recommends what goes with the history, never what was seen, with its reason", async () => {
    const { body } = await call("/v1/recommend/ann?limit=2");
    expect(body).toMatchObject({ surface: "home", model: "item-knn" });
    expect(body.items[0]).toMatchObject({
      item: "b",
      position: 1,
      propensity: 1,
      reason: "because of Film a",
    });
    expect(body.items.map((entry) => entry.item)).not.toContain("a");
  });

  test("an event changes the next answer", async () => {
    expect((await call("/v1/events", { user: "bob", action: "view", item: "c" })).body).toEqual({
      accepted: 1,
      duplicates: 0,
      rejected: [],
    });
    expect((await call("/v1/recommend/bob")).body.items[0]).toMatchObject({
      item: "d",
      reason: "because of Film c",
    });
  });

  test("every answer is logged as an impression with its slate", async () => {
    const { body } = await call("/v1/recommend/cleo?limit=1");
    const [impression] = await store.userEvents("cleo", { actions: ["impression"] });
    // Nobody knows cleo: she was shown what is popular, and that is what the log says.
    expect(impression).toMatchObject({
      slate: body.request,
      model: "popular",
      items: [{ position: 1, propensity: 1 }],
    });
  });

  test("a malformed event is rejected alone, with its path; a repeated id counts once", async () => {
    const events = [
      { id: "x1", user: "dan", action: "view", item: "a" },
      { user: "dan" },
      { id: "x1", user: "dan", action: "view" },
    ];
    const { body } = await call("/v1/events", { events });
    expect(body).toMatchObject({ accepted: 1, duplicates: 1, rejected: [{ index: 1, path: "action" }] });
  });

  test("similar and rank answer; unknown items name the remedy", async () => {
    expect((await call("/v1/similar/a")).body.items[0]).toMatchObject({ item: "b" });
    const ranked = await call("/v1/rank", { user: "ann", items: ["d", "b"] });
    expect(ranked.body.items.map((entry) => entry.item)).toEqual(["b", "d"]);
    expect(await call("/v1/similar/zz")).toMatchObject({ status: 404, body: { code: "unknown-item" } });
    expect(await call("/v1/rank", { user: "ann" })).toMatchObject({ status: 400, body: { path: "items" } });
    expect(await call("/v1/recommend/ann?limit=0")).toMatchObject({ status: 400, body: { path: "limit" } });
  });

  test("a person's events can be read and erased", async () => {
    await call("/v1/events", { user: "eve", action: "view", item: "a" });
    expect((await call("/v1/users/eve/events")).body.events).toHaveLength(1);
    const erased = await fetch(`${base}/v1/users/eve`, { method: "DELETE" });
    expect(await erased.json()).toEqual({ erased: 1 });
    expect((await call("/v1/users/eve/events")).body.events).toEqual([]);
  });

  test("a page of another origin is refused", async () => {
    expect(await call("/v1/users", undefined, { origin: "https://elsewhere.example" })).toMatchObject({
      status: 403,
    });
  });

  test("the document describes every route", async () => {
    const { body } = await call("/openapi.json");
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        "/v1/events",
        "/v1/recommend/{user}",
        "/v1/similar/{item}",
        "/v1/rank",
        "/v1/users/{user}",
      ]),
    );
  });
});
