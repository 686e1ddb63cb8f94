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
    expect(before.model).not.toBe("markov");
    const { finished } = await heed.train("main", { simpleOnly: true });
    await expect(heed.train("main")).rejects.toThrow(/one training at a time/);
    const result = await finished;
    expect(result.compared.map(({ model }) => model)).toEqual(["popular", "markov", "item-knn"]);
    // Everybody takes their films in one order, which a table of what follows what knows best.
    expect(result.serving).toBe("markov");
    expect(result.why).toMatch(/markov serves: it is best on validation/);
    expect((await store.registry.current("default", neighboursName))?.version).toBe(1);
    const after = await heed.recommend("person0", { limit: 1 });
    expect([after.model, after.items[0]!.item]).toEqual(["markov", "film10"]);
    expect(after.items[0]!.reason).toMatch(/^because of Film/);
    expect((await heed.similar("film0")).every(({ item }) => Number(item.slice(4)) % 2 === 0)).toBe(true);
    const ranked = await heed.rank("person0", ["film1", "film10"]);
    expect(ranked).toMatchObject({ model: "markov", items: [{ item: "film10" }, { item: "film1" }] });
  });

  test("an offset leaves out the best places, which are neither shown nor logged", async () => {
    const { heed } = await open();
    const whole = await heed.recommend("ann", { limit: 5 });
    const rest = await heed.recommend("bob", { limit: 3, offset: 2 });
    expect(rest.items.map(({ item, position }) => [item, position])).toEqual(
      whole.items.slice(2).map(({ item, position }) => [item, position]),
    );
    await expect.poll(async () => (await heed.userEvents("bob")).length, { timeout: 500 }).toBe(1);
    const logged = (await heed.replay(rest.request))!;
    expect(logged.items).toEqual(rest.items);
    const next = await heed.recommend("bob", { limit: 3, cursor: rest.cursor! });
    const before = new Set(whole.items.map(({ item }) => item));
    expect(next.items.filter(({ item }) => before.has(item))).toEqual([]);
  });

  test("all events can be read page by page, in order of acceptance, and those of one item", async () => {
    const { heed } = await open();
    await heed.record(world());
    const read: { id: string }[] = [];
    for (let after: number | undefined = 0; after !== undefined; ) {
      const page = await heed.readEvents({ limit: 33, after });
      read.push(...page.events);
      after = page.next;
    }
    expect(read.map(({ id }) => id)).toEqual((world() as { id: string }[]).map(({ id }) => id));
    await heed.record([{ id: "rated", user: "ann", action: "rate", item: "film1", value: 3 }]);
    expect((await heed.readEvents({ actions: ["rate"] })).events).toMatchObject([{ id: "rated" }]);
    expect(await heed.itemEvents("film1", { actions: ["rate"] })).toMatchObject([{ id: "rated" }]);
    const ofFilm = (world() as { item: string }[]).filter(({ item }) => item === "film1");
    expect(await heed.itemEvents("film1")).toHaveLength(ofFilm.length + 1);
    const views = await heed.readEvents({ actions: ["view"], limit: 7 });
    expect(views.events).toHaveLength(7);
    const others = await heed.readEvents({ actions: ["view"], after: views.next! });
    expect(others.events).toHaveLength(world().length - 7);
  });

  test("changes of users lose nothing of each other, follow merges and keep to declared attributes", async () => {
    const config = defineConfig({ entities: { user: { attributes: { plan: "string", age: "number" } } } });
    const { heed } = await open(config);
    await heed.merge("browser1", "ann");
    await Promise.all([
      heed.changeUsers([{ user: "browser1", set: { plan: "pro", shoe: 43 } }]),
      heed.changeUsers([{ user: "ann", set: { age: 41 }, setOnce: { plan: "free" } }]),
      heed.changeUsers([{ user: "bob", set: { age: "old" }, setOnce: { plan: "free" } }]),
    ]);
    expect(await heed.getUser("ann")).toEqual({ user: "ann", attributes: { plan: "pro", age: 41 } });
    expect(await heed.getUser("bob")).toEqual({ user: "bob", attributes: { plan: "free" } });
    await heed.changeUsers([
      { user: "ann", unset: ["age"] },
      { user: "ann", setOnce: { plan: "free" } },
    ]);
    expect((await heed.getUser("browser1"))?.attributes).toEqual({ plan: "pro" });
    await heed.putUsers([{ user: "browser1", attributes: { age: 42 } }]);
    expect((await heed.getUser("ann"))?.attributes).toEqual({ age: 42 });
    await expect(heed.putUsers([{ user: "ann", attributes: { shoe: 43 } }])).rejects.toMatchObject({
      code: "attribute-invalid",
    });
    expect((await heed.listUsers()).users.map(({ user }) => user)).toEqual(["ann", "bob"]);
  });

  test("an id has one owner, and a sender's clock is measured where it says when it sent", async () => {
    const { heed } = await open();
    await heed.merge("browser1", "ann");
    await expect(heed.merge("browser1", "bob")).rejects.toMatchObject({ code: "conflict" });
    const ahead = Date.now() + 3_600_000;
    const time = new Date(ahead - 1_000).toISOString();
    await heed.record([{ user: "cid", action: "view", item: "film1", time }], { sent: ahead });
    const [event] = (await heed.userEvents("cid")) as { skew: number; time: string }[];
    expect(event!.time).toBe(time);
    expect(Math.abs(event!.skew - 3_600_000)).toBeLessThan(5_000);
  });
});
