import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { defineConfig } from "../../src/decide/index.js";
import { type Heed, openHeed, replayOffline } from "../../src/serve/index.js";
import { type EmbeddedStore, openStore } from "../../src/store/index.js";
import { temporaryFolder } from "../support/cli.js";
import { saveFreshDeepFm, saveFreshSasRec } from "../support/fresh-models.js";

const items = Array.from({ length: 40 }, (_, i) => `item${i}`);
const people = Array.from({ length: 8 }, (_, i) => `person${i}`);
const kinds = ["red", "green", "blue"];
const countries = ["NO", "DE"];

const config = defineConfig({
  surfaces: {
    home: { decide: { policy: { type: "epsilon-greedy", epsilon: 0.3 }, rules: { seen: [] } } },
    clicks: { score: { type: "model", model: "clicks" }, decide: { rules: { seen: [] } } },
  },
  models: { clicks: { model: "deepfm" } },
});

let heed: Heed | undefined;
afterEach(async () => {
  await heed?.close();
  heed = undefined;
});

async function world(): Promise<{ heed: Heed; store: EmbeddedStore }> {
  const home = temporaryFolder();
  const store = await openStore(join(home, "store"));
  await saveFreshSasRec(join(home, "sasrec"), items.slice(0, 35));
  await saveFreshDeepFm(join(home, "deepfm"), {
    user: people.slice(0, 6),
    item: items.slice(0, 35),
    "user.country": countries,
    "item.kind": kinds,
    "context.device": ["tv", "phone"],
  });
  for (const [name, bundle] of [
    ["main", "sasrec"],
    ["clicks", "deepfm"],
  ] as const) {
    const { version } = await store.registry.put("default", name, join(home, bundle));
    await store.registry.promote("default", name, version);
  }
  heed = await openHeed({ store, config });
  await heed.putItems(items.map((item, i) => ({ item, attributes: { kind: kinds[i % 3]! } })));
  await heed.putUsers(people.map((user, i) => ({ user, attributes: { country: countries[i % 2]! } })));
  return { heed, store };
}

/** A minute of traffic: events that come late and out of order, requests between them, ids that turn out to be known people. */
async function traffic(heed: Heed): Promise<string[]> {
  const draw = random(5, "traffic");
  const requests: string[] = [];
  for (let i = 0; i < 120; i++) {
    const user = draw.uniform() < 0.2 ? "anon_1" : people[draw.integer(people.length)]!;
    if (i === 70) await heed.merge("anon_1", "person1");
    if (draw.uniform() < 0.6) {
      const time = new Date(Date.now() - draw.integer(120_000)).toISOString();
      await heed.record([{ user, action: "view", item: items[draw.integer(items.length)]!, time }]);
    } else {
      const surface = draw.uniform() < 0.5 ? "home" : "clicks";
      const device = draw.uniform() < 0.5 ? "tv" : "phone";
      const slate = await heed.recommend(user, { surface, limit: 5, context: { device } });
      // What showed nothing is no exposure.
      if (slate.items.length > 0) requests.push(slate.request);
    }
  }
  return requests;
}

describe("a logged request, replayed offline from the log and the kept model", () => {
  test("has the same features, and the same scores up to rounding", { timeout: 120_000 }, async () => {
    const { heed, store } = await world();
    const requests = await traffic(heed);
    await expect.poll(() => heed.replay(requests.at(-1)!)).not.toBeNull();
    const replayed = [];
    for (const request of requests) {
      try {
        replayed.push(await replayOffline(store, request));
      } catch (error) {
        // Who has no history yet is shown what is popular or new.
        expect(error).toMatchObject({ code: "not-scored" });
      }
    }
    expect(replayed.length).toBeGreaterThan(30);
    expect(new Set(replayed.map(({ model }) => model))).toEqual(new Set(["sasrec", "deepfm"]));
    expect(replayed.filter(({ sameFeatures }) => !sameFeatures)).toEqual([]);
    expect(Math.max(...replayed.map(({ scoreError }) => scoreError))).toBeLessThan(1e-5);
    const scored = replayed.flatMap((each) => each.items.filter(({ score }) => score.served !== null));
    expect(new Set(scored.map(({ score }) => score.served)).size).toBeGreaterThan(50);
    expect(
      replayed.some(({ items }) => items.some(({ row }) => row?.served["context.device"] === "tv")),
    ).toBe(true);
  });

  test("is told apart from one whose attributes were changed since, and from one no model scored", {
    timeout: 60_000,
  }, async () => {
    const { heed, store } = await world();
    await heed.record([{ user: "person0", action: "view", item: "item1" }]);
    const { request } = await heed.recommend("person0", { surface: "clicks", limit: 3 });
    await expect.poll(() => heed.replay(request)).not.toBeNull();
    expect(await replayOffline(store, request)).toMatchObject({ model: "deepfm", sameFeatures: true });
    await heed.putUsers([{ user: "person0", attributes: { country: "DE" } }]);
    const changed = await replayOffline(store, request);
    expect(changed.sameFeatures).toBe(false);
    expect(changed.items[0]!.row).toMatchObject({
      served: { "user.country": "NO" },
      replayed: { "user.country": "DE" },
    });
    expect(changed.scoreError).toBeGreaterThan(1e-5);
    await expect(replayOffline(store, "never")).rejects.toThrow(/no request "never"/);
    const stranger = await heed.recommend("somebody new", { surface: "home" });
    await expect.poll(() => heed.replay(stranger.request)).not.toBeNull();
    await expect(replayOffline(store, stranger.request)).rejects.toThrow(/no model scored/);
  });
});
