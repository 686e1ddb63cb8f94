import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { importDemo } from "../../src/cli/demo-data.js";
import { openDuckDb } from "../../src/store/index.js";
import { type Running, startHeed, temporaryFolder, until } from "../support/cli.js";
import { sampleOf } from "../support/data.js";

const data = sampleOf(4000);
const running: Running[] = [];

/** Starts `heed up` on a data folder, at any free port unless told. */
function up(home: string, env: Record<string, string> = {}): Running {
  const heed = startHeed(["up", "--seconds", "2", "--json"], {
    HEED_HOME: home,
    HEED_PORT: "0",
    HEED_DATA: data,
    ...env,
  });
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
  await until(() => words.test(heed.stderr()) || heed.process.exitCode !== null, `${words}`, 60);
  expect(heed.stderr()).toMatch(words);
  return heed.stderr();
}

const trained = /serves: it is best on validation \(NDCG@10: .*sasrec/;

interface Report {
  serving: string;
  why: string;
  models: {
    model: string;
    validationNdcg: number;
    testHitRate: string;
    testNdcg: string;
    serving: boolean;
  }[];
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
}, 90_000);

function copyOfHome(): string {
  const copy = join(temporaryFolder(), "home");
  cpSync(home, copy, { recursive: true });
  return copy;
}
const bundle = (folder: string) => join(folder, "bundles", "sasrec");

describe("what the first start reports", () => {
  test("each model with 95 % intervals; the one best on validation serves, whatever the test figures are", () => {
    expect(first.map(({ models }) => models.map(({ model }) => model))).toEqual([
      ["popular", "item-knn"],
      ["popular", "item-knn", "sasrec"],
    ]);
    for (const { serving, why, models } of first) {
      const best = models.reduce((a, b) => (b.validationNdcg > a.validationNdcg ? b : a));
      expect([serving, models.filter((row) => row.serving)]).toEqual([best.model, [best]]);
      expect(why).toMatch(`${serving} serves: it is best on validation`);
      for (const row of models) {
        expect(row.testNdcg).toMatch(/^0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]$/);
        expect(row.testHitRate).toMatch(/^0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]$/);
      }
    }
  });
});

describe("the second start", () => {
  test("judges the saved model again, to the same figures, and trains nothing", {
    timeout: 60_000,
  }, async () => {
    const heed = up(copyOfHome());
    const stderr = await says(heed, trained);
    expect(stderr).not.toMatch(/epoch/);
    expect(reportsOf((await stop(heed)).stdout)).toEqual(first);
  });

  test.each([
    [
      "damaged",
      (folder: string) => {
        const path = join(bundle(folder), "model.onnx");
        writeFileSync(path, readFileSync(path).subarray(0, 1000));
      },
      /trained model cannot be used; training again[\s\S]*model.onnx is truncated[\s\S]*epoch 1/,
    ],
    [
      "without its manifest",
      (folder: string) => rmSync(join(bundle(folder), "manifest.json")),
      /trained model cannot be used[\s\S]*no manifest.json[\s\S]*epoch 1/,
    ],
  ])(
    "with the trained model %s trains it again, and serves meanwhile",
    { timeout: 90_000 },
    async (_, spoil, said) => {
      const folder = copyOfHome();
      spoil(folder);
      const heed = up(folder);
      const stderr = await says(heed, /serves http:\/\/127.0.0.1:\d+/);
      const port = /127\.0\.0\.1:(\d+)/.exec(stderr)![1];
      expect((await fetch(`http://127.0.0.1:${port}/v1/recommend/1`)).status).toBe(200);
      await says(heed, trained);
      expect(heed.stderr()).toMatch(said);
      expect((await stop(heed)).code).toBe(0);
      expect(existsSync(join(bundle(folder), "manifest.json"))).toBe(true);
    },
  );

  test("with one damaged and the one before it whole uses the one before", { timeout: 60_000 }, async () => {
    const folder = copyOfHome();
    cpSync(bundle(folder), `${bundle(folder)}.previous`, { recursive: true });
    writeFileSync(join(bundle(folder), "model.onnx"), "nothing");
    const heed = up(folder);
    const stderr = await says(heed, trained);
    expect(stderr).toMatch(/cannot be used/);
    expect(stderr).not.toMatch(/epoch/);
    await stop(heed);
  });

  test("with a grown catalogue trains again", { timeout: 90_000 }, async () => {
    const folder = copyOfHome();
    const store = await openDuckDb(join(folder, "heed.duckdb"));
    await store.putItems([{ item: "new", title: "New", genres: [] }]);
    await store.close();
    const heed = up(folder);
    await says(heed, trained);
    expect(heed.stderr()).toMatch(/catalogue has grown[\s\S]*epoch 1/);
    expect((await stop(heed)).code).toBe(0);
  });

  test("with too few events to compare serves what is popular", { timeout: 60_000 }, async () => {
    const folder = join(temporaryFolder(), "home");
    const store = await openDuckDb(join(folder, "heed.duckdb"));
    await store.append([
      { id: "1", time: new Date().toISOString(), user: "ann", action: "view", item: "a" },
      { id: "2", time: new Date().toISOString(), user: "bob", action: "view", item: "b" },
    ]);
    await store.putItems(["a", "b", "c"].map((item) => ({ item, title: item, genres: [] })));
    await store.close();
    const heed = up(folder);
    await says(heed, /too few events to compare[\s\S]*serves http/);
    const { code, stdout } = await stop(heed);
    expect([code, reportsOf(stdout)]).toMatchObject([0, [{ serving: "popular", models: [] }]]);
  });
});

describe("stopping", () => {
  test("in the import: code 1, and the next start goes on where it was", { timeout: 90_000 }, async () => {
    const folder = join(temporaryFolder(), "home");
    // Without HEED_DATA: the whole sample, whose import takes seconds.
    const heed = up(folder, { HEED_DATA: "" });
    await says(heed, /importing/);
    const { code, stdout, stderr } = await stop(heed);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/stopped before serving\n.*help: the next `heed up` goes on/);
    const store = await openDuckDb(join(folder, "heed.duckdb"));
    const before = (await store.outcomes()).length;
    expect(await store.isEmpty()).toBe(true);
    expect(before % 20_000).toBe(0);
    expect(before).toBeLessThan(100_000);
    await importDemo(store, new AbortController().signal);
    expect((await store.outcomes()).length).toBe(100_000);
    await store.close();
  });

  test("in the training: code 0, no half bundle, and the next start trains", {
    timeout: 90_000,
  }, async () => {
    const folder = copyOfHome();
    rmSync(bundle(folder), { recursive: true });
    const heed = up(folder);
    await says(heed, /serves http/);
    const { code, stderr } = await stop(heed);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/failed|ended/)]);
    expect(existsSync(bundle(folder))).toBe(false);
    const again = up(folder);
    await says(again, trained);
    expect(again.stderr()).toMatch(/epoch 1/);
    await stop(again);
  });

  const processes = existsSync("/proc/self/task");
  test.skipIf(!processes)(
    "kill -9 in the training takes the training process along",
    { timeout: 90_000 },
    async () => {
      const folder = copyOfHome();
      rmSync(bundle(folder), { recursive: true });
      const heed = up(folder);
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
  test("a data folder that another `heed up` holds", { timeout: 60_000 }, async () => {
    const folder = copyOfHome();
    const heed = up(folder);
    await says(heed, /serves http/);
    const second = await up(folder).finished;
    expect([second.code, second.stdout]).toEqual([1, ""]);
    expect(second.stderr).toMatch(/heed\.duckdb is open in another process\n.*help: stop the other Heed, or/);
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
