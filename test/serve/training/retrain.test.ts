import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { defineConfig } from "../../../src/decide/index.js";
import { type Heed, openHeed } from "../../../src/serve/index.js";
import { trainInChild } from "../../../src/serve/training/run-child.js";
import { type EmbeddedStore, openStore } from "../../../src/store/index.js";
import { temporaryFolder } from "../../support/cli.js";
import { saveFreshDeepFm } from "../../support/fresh-models.js";

/** Everybody comes three times, somebody new for something in every period. */
function request(people: number) {
  const draw = random(2, "retrain");
  const length = 3 * people;
  return {
    folder: temporaryFolder(),
    items: ["", ...Array.from({ length: 30 }, (_, i) => `item${i}`)],
    user: Int32Array.from({ length }, (_, i) => i % people),
    item: Int32Array.from({ length }, () => 1 + draw.integer(30)),
    at: Float64Array.from({ length }, (_, i) => i),
    candidates: [],
    seconds: 1,
    seed: 1,
  };
}

describe("training in a child process", () => {
  test("brings back a result larger than what a pipe holds", { timeout: 60_000 }, async () => {
    const { judged, validationUsers } = await trainInChild(
      request(40_000),
      () => {},
      new AbortController().signal,
    );
    expect(judged.map(({ model }) => model)).toEqual(["popular", "markov", "item-knn"]);
    const bytes = judged.reduce((sum, each) => sum + 3 * each.validation.byteLength, 0);
    expect(bytes).toBeGreaterThan(400_000);
    expect(validationUsers.length).toBe(judged[0]!.validation.length);
  });

  test("is not begun when it was stopped before, and ends when it is stopped", async () => {
    await expect(trainInChild(request(50), () => {}, AbortSignal.abort())).rejects.toMatchObject({
      code: "stopped",
    });
    const stopping = new AbortController();
    const training = trainInChild(request(40_000), () => stopping.abort(), stopping.signal);
    await expect(training).rejects.toMatchObject({ code: "stopped" });
  });
});

describe("who serves after a training", () => {
  let heed: Heed | undefined;
  afterEach(async () => {
    await heed?.close();
    heed = undefined;
  });

  async function opened(people = 100): Promise<{ heed: Heed; store: EmbeddedStore; home: string }> {
    const home = temporaryFolder();
    const store = await openStore(join(home, "store"));
    heed = await openHeed({ store, config: defineConfig({}) });
    const { user, item, items } = request(people);
    await heed.record(
      Array.from(user, (person, i) => ({
        user: `person${person}`,
        action: "view",
        item: items[item[i]!],
        time: new Date(1.7e12 + i * 1000).toISOString(),
      })),
    );
    return { heed, store, home };
  }
  const train = async (heed: Heed) => (await heed.train("main", { simpleOnly: true })).finished;

  test("every training is kept as a version with its comparison; what served can be put back", {
    timeout: 60_000,
  }, async () => {
    const { heed } = await opened();
    await train(heed);
    const second = await train(heed);
    const [main] = await heed.models();
    expect(main).toMatchObject({ name: "main", recipe: "best", compared: second.compared });
    expect(main!.versions.map(({ version, serving }) => [version, serving])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect((await heed.rollback("main")).serving).toMatchObject({ version: 1 });
    expect((await heed.promote("main", 2)).serving).toMatchObject({ version: 2 });
    await expect(heed.train("man")).rejects.toThrow(/did you mean "main"/);
    await expect(heed.promote("main", 9)).rejects.toThrow(/no version 9/);
  });

  test("a champion is judged on people whom chance had a part in showing something, where there are enough", {
    timeout: 120_000,
  }, async () => {
    const { heed } = await opened(400);
    const trainAll = async () => (await heed.train("main", { seconds: 1 })).finished;
    await trainAll();
    expect((await trainAll()).why).toMatch(/, \d+ users\);/);
    const shownByChance = 300;
    await heed.record(
      Array.from({ length: shownByChance }, (_, i) => ({
        user: `person${i}`,
        action: "impression",
        slate: `slate${i}`,
        items: [
          { item: "item1", position: 1, propensity: 1 },
          { item: "item2", position: 2, propensity: 0.5 },
        ],
      })),
    );
    const { why } = await trainAll();
    const judged = Number(/, (\d+) users of randomised traffic\);/.exec(why)?.[1]);
    expect(judged).toBeGreaterThanOrEqual(100);
    expect(judged).toBeLessThanOrEqual(shownByChance);
  });

  test("a refresh of a counted champion serves: it is not judged on answers that it was fitted with", {
    timeout: 60_000,
  }, async () => {
    const { heed } = await opened(400);
    const all = async () => (await heed.train("main", { seconds: 1 })).finished;
    const first = await all();
    const { why, serving, compared } = await all();
    expect(serving).toBe(first.serving);
    expect(why).toMatch(/^the refresh serves: it is not significantly different/);
    const shown = (await heed.models())[0]!;
    expect(shown).toMatchObject({ compared, why, complete: true, serving: { version: 2 } });
  });

  test("a budget too small for the candidates leaves the counted models, and says so", {
    timeout: 60_000,
  }, async () => {
    const { judged, untried } = await trainInChild(
      { ...request(20_000), candidates: [{ name: "sasrec", options: {} }], seconds: 0.001 },
      () => {},
      new AbortController().signal,
    );
    expect(judged.map(({ model }) => model)).toEqual(["popular", "markov", "item-knn"]);
    expect(untried).toEqual([{ model: "sasrec", reason: "budget" }]);
  });

  test("a model or candidate of no such name is refused before anything is trained", async () => {
    const store = await openStore(temporaryFolder());
    heed = await openHeed({
      store,
      config: defineConfig({ models: { main: { model: "best", candidates: ["sasreck"] } } }),
    });
    await expect(heed.train("main")).rejects.toThrow(
      /asks for a model "sasreck"[\s\S]*did you mean "sasrec"/,
    );
  });

  test("a click model that was put in charge by hand stays: it is not judged on histories", {
    timeout: 60_000,
  }, async () => {
    const { heed, store, home } = await opened();
    await saveFreshDeepFm(join(home, "deepfm"), { user: ["person1"], item: ["item1", "item2"] });
    const { version } = await store.registry.put("default", "main", join(home, "deepfm"));
    await heed.promote("main", version);
    const { why } = await train(heed);
    expect(why).toMatch(/put by hand stays: it cannot be judged on histories/);
    expect((await heed.models())[0]!.serving).toMatchObject({ version });
  });
});
