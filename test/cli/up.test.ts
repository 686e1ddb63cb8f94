import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { importDemo, wantsSample } from "../../src/cli/demo-data.js";
import type { Interval } from "../../src/evaluate/index.js";
import { type ModelState, openHeed, type Slate } from "../../src/serve/index.js";
import { openStore } from "../../src/store/index.js";
import { type Running, startHeed, temporaryFolder, until } from "../support/cli.js";
import { sampleOf } from "../support/data.js";

const data = sampleOf(4000);
const running: Running[] = [];

/** Starts `heed up` on a data folder, at any free port unless told. */
function up(home: string, env: Record<string, string> = {}, cwd = "."): Running {
  const heed = startHeed(
    ["up", "--seconds", "15", "--json"],
    { HEED_HOME: home, HEED_PORT: "0", HEED_DATA: data, ...env },
    cwd,
  );
  running.push(heed);
  return heed;
}

afterEach(async () => {
  for (const { process, finished } of running.splice(0)) {
    process.kill("SIGKILL");
    await finished;
  }
});

/** Stops as Ctrl-C does, and returns what was printed. */
async function stop({ process, finished }: Running) {
  process.kill("SIGINT");
  return finished;
}

async function says(heed: Running, words: RegExp): Promise<string> {
  await until(() => words.test(heed.stderr()) || heed.process.exitCode !== null, `${words}`, 150);
  expect(heed.stderr()).toMatch(words);
  return heed.stderr();
}

const trained = /serves: it is best on validation \(NDCG@10 .*sasrec/;

interface Report {
  serving: string;
  why: string;
  models: { model: string; validation: Interval; test: Interval; testHitRate: Interval; serving: boolean }[];
}
const reportsOf = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Report);

// One finished first start, copied by every test that needs a second one.
const home = join(temporaryFolder(), "home");
let first: Report[];
beforeAll(async () => {
  const heed = up(home);
  await says(heed, trained);
  const { code, stdout } = await stop(heed);
  running.length = 0;
  expect(code).toBe(0);
  first = reportsOf(stdout);
}, 180_000);

/** A data folder that knows the events and was never trained on them. */
function untrained(): string {
  const folder = copyOfHome();
  rmSync(join(folder, "registry"), { recursive: true });
  return folder;
}

function copyOfHome(): string {
  const copy = join(temporaryFolder(), "home");
  cpSync(home, copy, { recursive: true });
  return copy;
}
const registry = (folder: string) => join(folder, "registry", "default", "bundles");

describe("what the first start reports", () => {
  test("each model with 95 % intervals; the one best on validation serves", () => {
    expect(first.map(({ models }) => models.map(({ model }) => model))).toEqual([
      ["popular", "markov", "item-knn"],
      ["popular", "markov", "item-knn", "sasrec"],
    ]);
    for (const { serving, why, models } of first) {
      // SASRec serves only where it is better by more than chance (test/serve/training/choose.test.ts).
      const counted = models.filter(({ model }) => model !== "sasrec");
      const best = counted.reduce((a, b) => (b.validation.mean > a.validation.mean ? b : a));
      expect([best.model, "sasrec"]).toContain(serving);
      expect(models.filter((row) => row.serving).map(({ model }) => model)).toEqual([serving]);
      expect(why).toMatch(`${serving} serves: it is best on validation`);
      for (const { validation, test, testHitRate } of models) {
        for (const { low, mean, high } of [validation, test, testHitRate]) {
          expect(low).toBeLessThanOrEqual(mean);
          expect(mean).toBeLessThanOrEqual(high);
          expect(high).toBeLessThan(1);
        }
      }
    }
  });
});

describe("the second start", () => {
  test("serves what won, shows the comparison it won, and trains nothing", { timeout: 180_000 }, async () => {
    const heed = up(copyOfHome());
    const stderr = await says(heed, /serves http:\/\/127.0.0.1:\d+/);
    expect(stderr).not.toMatch(/epoch/);
    expect(reportsOf((await stop(heed)).stdout)).toEqual([first.at(-1)]);
  });

  test("with the model's files damaged answers without it, says so, and can train it again", {
    timeout: 180_000,
  }, async () => {
    const folder = copyOfHome();
    const { current } = JSON.parse(readFileSync(join(registry(folder), "main", "state.json"), "utf8"));
    writeFileSync(join(registry(folder), "main", `${current}`, "manifest.json"), "nothing");
    const heed = up(folder);
    const stderr = await says(heed, /serves http:\/\/127.0.0.1:\d+/);
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(stderr)![0];
    expect((await fetch(`${address}/v1/recommend/1`)).status).toBe(200);
    await says(heed, /"main" version \d+ are not what was put there/);
    const asked = await fetch(`${address}/v1/models/main/train`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ simpleOnly: true }),
    });
    expect(await asked.json()).toEqual({ name: "main", training: "started" });
    await expect
      .poll(
        async () => {
          const { models } = (await (await fetch(`${address}/v1/models`)).json()) as { models: ModelState[] };
          return models[0]!.serving!.version;
        },
        {
          timeout: 180_000,
        },
      )
      .toBeGreaterThan(current);
    expect((await stop(heed)).code).toBe(0);
  });

  test("with too few events to compare serves what is popular", { timeout: 180_000 }, async () => {
    const folder = join(temporaryFolder(), "home");
    const store = await openStore(folder);
    const heed = await openHeed({ store });
    await heed.record([
      { user: "ann", action: "view", item: "a" },
      { user: "bob", action: "view", item: "b" },
    ]);
    await heed.putItems(["a", "b", "c"].map((item) => ({ item, title: item })));
    await heed.close();
    const running = up(folder);
    await says(running, /too few events to compare[\s\S]*serves http/);
    const { code, stdout } = await stop(running);
    expect([code, stdout]).toEqual([0, ""]);
  });

  test("with a configuration file serves what it says, and imports no sample", {
    timeout: 180_000,
  }, async () => {
    const project = temporaryFolder();
    writeFileSync(
      join(project, "heed.config.ts"),
      `const limit: number = 3;
       export default { surfaces: { shelf: { limit, candidates: [{ type: "custom", name: "mine" }] } } };
       export const sources = { mine: async (): Promise<{ item: string }[]> => [{ item: "one" }, { item: "two" }] };`,
    );
    const heed = up(join(project, "home"), {}, project);
    const stderr = await says(heed, /serves http:\/\/127.0.0.1:\d+/);
    expect(stderr).not.toMatch(/importing/);
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(stderr)![0];
    const slate = (await (await fetch(`${address}/v1/recommend/ann?surface=shelf`)).json()) as Slate;
    expect(slate.items.map(({ item }) => item)).toEqual(["one", "two"]);
    await stop(heed);
    writeFileSync(join(project, "heed.config.ts"), "export default { surfaces: { home: { limt: 3 } } };");
    const wrong = await up(join(project, "home"), {}, project).finished;
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringMatching(/surfaces\.home: unknown "limt", did you mean "limit"/),
    ]);
  });
});

describe("stopping", () => {
  test("in the import: code 1, and the next start goes on where it was", { timeout: 180_000 }, async () => {
    const folder = join(temporaryFolder(), "home");
    // Without HEED_DATA: the whole sample, whose import takes seconds.
    const heed = up(folder, { HEED_DATA: "" });
    await says(heed, /importing/);
    const { code, stdout, stderr } = await stop(heed);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/stopped before serving\n.*help: the next `heed up` goes on/);
    const store = await openStore(folder);
    const before = (await store.analytics.outcomes({ project: "default" })).length;
    expect(await wantsSample(store)).toBe(true);
    expect(before % 10_000).toBe(0);
    expect(before).toBeLessThan(100_000);
    const again = await openHeed({ store });
    await importDemo(again, store, new AbortController().signal);
    expect((await store.analytics.outcomes({ project: "default" })).length).toBe(100_000);
    expect(await wantsSample(store)).toBe(false);
    await again.close();
  });

  test("in the training: code 0, no half bundle, and the next start trains", {
    timeout: 180_000,
  }, async () => {
    const folder = untrained();
    const heed = up(folder);
    await says(heed, /serves http/);
    const { code, stderr } = await stop(heed);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/failed|ended/)]);
    const again = up(folder);
    await says(again, trained);
    expect(again.stderr()).toMatch(/epoch 1/);
    await stop(again);
  });

  const processes = existsSync("/proc/self/task");
  test.skipIf(!processes)(
    "kill -9 in the training takes the training process along",
    { timeout: 180_000 },
    async () => {
      const heed = up(untrained());
      await says(heed, /epoch 1/);
      const { pid } = heed.process;
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
      expect(children).toMatch(/^\d+$/);
      heed.process.kill("SIGKILL");
      await heed.finished;
      await until(() => !existsSync(`/proc/${children}`), "the training process to end");
    },
  );
});

describe("what is taken", () => {
  test("a data folder that another `heed up` holds", { timeout: 180_000 }, async () => {
    const folder = copyOfHome();
    const heed = up(folder);
    await says(heed, /serves http/);
    const second = await up(folder).finished;
    expect([second.code, second.stdout]).toEqual([1, ""]);
    expect(second.stderr).toMatch(
      /is in use by process \d+, which serves http.*\n.*help: stop it, talk to it/,
    );
    expect((await stop(heed)).code).toBe(0);
  });

  test("a port that another program holds, found before the import", async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    const { port } = other.address() as { port: number };
    const { code, stdout, stderr } = await up(join(temporaryFolder(), "home"), { HEED_PORT: `${port}` })
      .finished;
    other.close();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(new RegExp(`port ${port} is taken\\n.*HEED_PORT=${port + 1} heed up`));
    expect(stderr).not.toMatch(/importing/);
  });
});
