import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHeed } from "../../src/serve/index.js";
import { trainInChild } from "../../src/serve/training/run-child.js";
import { openStore } from "../../src/store/index.js";
import { heed, type Running, startHeed, temporaryFolder, until } from "../support/cli.js";
import { sampleOf } from "../support/data.js";

interface Answer {
  model: string;
  request?: string;
  items: { item: string; title?: string; position: number; score: number; reason?: string }[];
}

const home = join(temporaryFolder(), "home");
const env = { HEED_HOME: home, HEED_DATA: sampleOf(4000), HEED_PORT: "0" };
const bundle = join(temporaryFolder(), "sasrec");
/** A person of the sample and the items of theirs, oldest first. */
let person = "";
let history: string[] = [];

async function startUp(): Promise<{ heed: Running; port: string }> {
  const heed = startHeed(["up", "--seconds", "2"], env);
  await until(
    () =>
      /best on validation \(NDCG@10 .*sasrec[\s\S]*serves http|serves http[\s\S]*sasrec/.test(heed.stderr()),
    "the trained model",
    150,
  );
  return { heed, port: /127\.0\.0\.1:(\d+)/.exec(heed.stderr())![1]! };
}

async function answer(args: string[], more: Record<string, string> = {}) {
  const { code, stdout, stderr } = await heed(["recommend", ...args, "--json"], { ...env, ...more });
  expect(code, stderr).toBe(0);
  return { ...(JSON.parse(stdout) as Answer), stderr };
}

async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await heed(["recommend", ...args], env);
  expect([code, stdout]).toEqual([1, ""]);
  return stderr;
}

beforeAll(async () => {
  const { heed } = await startUp();
  heed.process.kill("SIGTERM");
  expect((await heed.finished).code).toBe(0);
  const store = await openStore(home);
  const [first] = await store.analytics.top({ project: "default", by: "user", limit: 1 });
  person = first!.id;
  history = (await store.online.history("default", person)).map(({ item }) => item!);
  const { item } = await store.analytics.outcomes({ project: "default" });
  await store.close();
  await trainInChild(
    {
      folder: dirname(bundle),
      items: ["", ...item.values],
      user: Int32Array.from(item.codes, (_, i) => i % 200),
      item: Int32Array.from(item.codes, (code) => code + 1),
      at: Float64Array.from(item.codes, (_, i) => i),
      candidates: [{ name: "sasrec", options: {} }],
      seconds: 20,
      seed: 1,
    },
    () => {},
    new AbortController().signal,
  );
}, 180_000);

describe("heed recommend, from the data folder", () => {
  test("gives a person unseen items with titles and reasons, from the model that serves", async () => {
    const { model, items, stderr } = await answer([person, "--limit", "5"]);
    expect(["popular", "markov", "item-knn", "sasrec"]).toContain(model);
    expect(items.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5]);
    for (const { item, title, reason } of items) {
      expect(history).not.toContain(item);
      expect(title).not.toBe("");
      expect(reason).toMatch(/because of|popular|suggested by/);
    }
    expect(stderr).toBe("");
    const { stdout } = await heed(["recommend", person, "--limit", "5"], env);
    expect(stdout).toMatch(/^position +item +title +score +reason\n1 /);
  });

  test("gives a stranger what is popular, and says so", async () => {
    const { model, items, stderr } = await answer(["nobody-yet"]);
    expect(stderr).toMatch(/nobody-yet has no history here: this is what is popular with everyone/);
    expect(model).toBe("popular");
    expect(items.map(({ score }) => score)).toEqual(items.map(({ score }) => score).sort((a, b) => b - a));
    expect(items[0]!.reason).toBe("popular with everyone");
  });

  test("gives for a history what its owner would get", async () => {
    const before = await answer([person]);
    const { items, request } = await answer(["--history", history.join(",")]);
    // Items of equal scores may stand in another order.
    expect(items.map(({ score }) => score)).toEqual(before.items.map(({ score }) => score));
    expect(request).toBeUndefined();
  });

  test("names the nearest item for an unknown one", async () => {
    const known = history[0]!;
    expect(await refused("--history", `${known}x`)).toMatch(
      new RegExp(`there is no item "${known}x"\\n.*did you mean "${known}"\\?`),
    );
  });

  test("answers where nothing was trained yet, with what is popular and not yet seen", async () => {
    const other = join(temporaryFolder(), "home");
    const store = await openStore(other);
    const heed = await openHeed({ store });
    await heed.putItems(["a", "b", "c"].map((item) => ({ item, title: `Film ${item}` })));
    await heed.record(
      ["ann a", "ann b", "bob a", "bob b", "cleo a"].map((line) => {
        const [user, item] = line.split(" ");
        return { user, action: "view", item };
      }),
    );
    await heed.close();
    const given = await answer(["cleo"], { HEED_HOME: other });
    expect(given).toMatchObject({ model: "popular", items: [{ item: "b", title: "Film b" }] });
  });
});

describe("heed recommend --bundle", () => {
  test("scores a history of item names, and a person's own, with the bundle", async () => {
    const given = await answer(["--bundle", bundle, "--history", history.join(","), "--limit", "3"]);
    expect(given.model).toBe("sasrec");
    expect(given.items).toHaveLength(3);
    for (const { item } of given.items) expect(history).not.toContain(item);
    const own = await answer(["--bundle", bundle, person, "--limit", "3"]);
    expect(own.items).toEqual(given.items);
    const other = await answer(["--bundle", bundle, "--history", history[0]!, "--limit", "3"]);
    expect(other.items).not.toEqual(given.items);
  });

  test("names the nearest item for an unknown one, and says when there is no history", async () => {
    expect(await refused("--bundle", bundle, "--history", `${history[0]}x`)).toMatch(
      new RegExp(
        `--history has "${history[0]}x", which is no item of the model\\n.*did you mean "${history[0]}"`,
      ),
    );
    expect(await refused("--bundle", bundle, "nobody-yet")).toMatch(/nobody-yet has no history/);
  });
});

describe("while `heed up` holds the data folder", () => {
  let up: { heed: Running; port: string };
  beforeAll(async () => {
    up = await startUp();
  }, 180_000);
  afterAll(async () => {
    up.heed.process.kill("SIGTERM");
    await up.heed.finished;
  });

  test("its server is asked", async () => {
    const { items, request } = await answer([person, "--limit", "5"]);
    expect(items).toHaveLength(5);
    expect(request).toMatch(/^[0-9a-f-]{36}$/);
    const replayed = await fetch(`http://127.0.0.1:${up.port}/v1/requests/${request}`);
    expect(await replayed.json()).toMatchObject({ request });
    const stranger = await answer(["nobody/at all?"]);
    expect(stranger.stderr).toMatch(/nobody\/at all\? has no history here/);
    const own = await answer([person, "--bundle", bundle]);
    expect(own.items).toHaveLength(10);
  });

  test("a history without a bundle names the remedy", async () => {
    const asked = await heed(["recommend", "--history", history[0]!], env);
    expect([asked.code, asked.stderr]).toEqual([
      1,
      expect.stringMatching(/not for a history\n.*--bundle FOLDER/),
    ]);
  });
});
