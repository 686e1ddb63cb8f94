import { afterEach, describe, expect, test } from "vitest";
import { defineConfig } from "../../src/decide/index.js";
import { type Heed, openHeed } from "../../src/serve/index.js";
import { neighboursName } from "../../src/serve/training/retrain.js";
import { type EmbeddedStore, openStore } from "../../src/store/index.js";
import { temporaryFolder } from "../support/cli.js";

/** Ten people who like even films, ten who like odd ones; each had six of the twelve. */
const films = Array.from({ length: 12 }, (_, i) => `film${i}`);
const worldStart = Date.parse("2026-01-01T00:00:00Z");

function world(): object[] {
  const events: object[] = [];
  for (let person = 0; person < 40; person++) {
    for (let k = 0; k < 5; k++) {
      const film = ((person % 2) + 2 * ((person + k) % 6)) % 12;
      events.push({
        id: `${person}-${k}`,
        time: new Date(worldStart + (k * 40 + person) * 60_000).toISOString(),
        user: `person${person}`,
        action: "view",
        item: films[film],
      });
    }
  }
  return events;
}

let opened: { heed: Heed; store: EmbeddedStore } | undefined;

async function open(config = defineConfig({})) {
  const store = await openStore(temporaryFolder());
  const problems: Error[] = [];
  const heed = await openHeed({ store, config, report: (problem) => problems.push(problem) });
  opened = { heed, store };
  await heed.putItems(
    films.map((item, i) => ({
      item,
      title: `Film ${i}`,
      categories: [i % 2 === 0 ? "even" : "odd"],
      time: new Date(worldStart + i * 1000).toISOString(),
    })),
  );
  return { heed, store, config, problems };
}

afterEach(async () => {
  await opened?.heed.close();
  opened = undefined;
});

describe("an open Heed over the embedded store", () => {
  test("with nothing known, new items are shown; with events, what is popular and not yet seen", async () => {
    const { heed } = await open();
    const cold = await heed.recommend("ann", { limit: 3 });
    expect(cold.items.map(({ item }) => item)).toEqual(["film11", "film10", "film9"]);
    expect(cold.model).toBe("fallback:latest");
    await heed.record([
      { user: "bob", action: "view", item: "film3" },
      { user: "cid", action: "view", item: "film3" },
      { user: "cid", action: "view", item: "film5" },
    ]);
    const warm = await open();
    await warm.heed.record([
      { user: "bob", action: "view", item: "film3" },
      { user: "cid", action: "view", item: "film3" },
      { user: "cid", action: "view", item: "film5" },
    ]);
    expect((await warm.heed.recommend("ann", { limit: 2 })).items.map(({ item }) => item)).toEqual([
      "film3",
      "film5",
    ]);
    expect((await warm.heed.recommend("bob", { limit: 1 })).items[0]?.item).toBe("film5");
    await heed.close();
  });

  test("an answer is logged with its propensities before long, and can be given again by its id", async () => {
    const { heed, store } = await open();
    await heed.record(world());
    const slate = await heed.recommend("person0", { limit: 4 });
    await expect
      .poll(async () => (await store.log.find("default", { slate: slate.request })).length, { timeout: 100 })
      .toBe(1);
    const [logged] = await store.log.find("default", { slate: slate.request });
    expect(logged!.event).toMatchObject({
      action: "impression",
      user: "person0",
      surface: "home",
      model: slate.model,
      items: slate.items.map(({ item, position, propensity }) => ({ item, position, propensity })),
    });
    expect(await heed.replay(slate.request)).toEqual(slate);
    expect(await heed.replay("never asked")).toBeNull();
  });

  test("pages never repeat an item, and end", async () => {
    const { heed } = await open();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const slate = await heed.recommend("ann", { limit: 5, ...(cursor !== undefined && { cursor }) });
      seen.push(...slate.items.map(({ item }) => item));
      cursor = slate.cursor;
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(films.toSorted());
  });

  test("filters, exclusions and unknown names", async () => {
    const { heed } = await open();
    const odd = await heed.recommend("ann", { filter: { categories: "odd" }, exclude: ["film11"] });
    expect(odd.items.map(({ item }) => item)).toEqual(["film9", "film7", "film5", "film3", "film1"]);
    await expect(heed.recommend("ann", { surface: "hme" })).rejects.toThrow(/did you mean "home"/);
    await expect(heed.similar("film99")).rejects.toThrow(/no item "film99"/);
    await expect(heed.rank("ann", ["film1", "nothing"])).rejects.toThrow(/no item "nothing"/);
    await expect(heed.recommend("ann", { cursor: "made up" })).rejects.toThrow(/cursor/);
  });

  test("a merged id brings its past along; an erased person is gone, and so is their late past", async () => {
    const { heed } = await open();
    await heed.record([{ user: "browser1", action: "view", item: "film1" }]);
    await heed.merge("browser1", "ann");
    expect((await heed.recommend("ann", { limit: 12 })).items.map(({ item }) => item)).not.toContain("film1");
    await expect.poll(async () => (await heed.exportUser("ann")).events.length, { timeout: 200 }).toBe(2);
    const exported = await heed.exportUser("ann");
    expect(exported.merged).toEqual(["browser1"]);
    expect(exported.events).toMatchObject([{ user: "browser1", item: "film1" }, { action: "impression" }]);
    expect((await heed.eraseUser("ann")).events).toBe(2);
    expect((await heed.exportUser("ann")).events).toEqual([]);
    const late = await heed.record([
      { user: "ann", action: "view", item: "film2", time: "2026-01-01T00:00:00Z" },
      { user: "bob", action: "view", item: "film2" },
    ]);
    expect(late).toMatchObject({ accepted: 1, rejected: [{ index: 0, path: "user" }] });
  });

  test("training judges models in a process of its own, and the winner serves from the next request on", async () => {
    const { heed, store } = await open();
    await heed.record(world());
    const before = await heed.recommend("person0", { limit: 1 });
    expect(before.model).not.toBe("item-knn");
    const { finished } = await heed.train("main", { simpleOnly: true });
    await expect(heed.train("main")).rejects.toThrow(/one training at a time/);
    const result = await finished;
    expect(result.compared.map(({ model }) => model)).toEqual(["popular", "item-knn"]);
    expect(result.serving).toBe("item-knn");
    expect(result.why).toMatch(/item-knn serves: it is best on validation/);
    expect((await store.registry.current("default", neighboursName))?.version).toBe(1);
    const after = await heed.recommend("person0", { limit: 1 });
    expect(after.model).toBe("item-knn");
    expect(Number(after.items[0]!.item.slice(4)) % 2).toBe(0);
    expect(after.items[0]!.reason).toMatch(/^because of Film/);
    expect((await heed.similar("film0")).every(({ item }) => Number(item.slice(4)) % 2 === 0)).toBe(true);
    const ranked = await heed.rank("person0", ["film1", "film0"]);
    expect(ranked).toMatchObject({ model: "item-knn", items: [{ item: "film0" }, { item: "film1" }] });
  });
});
