import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Registry } from "../store/index.js";
import { type ContractCase, type Make, withSubject } from "./contract.js";
import { isError } from "./event-log.js";

/** What every `Registry` promises. `make` gives a fresh, empty registry each time. */
export function registryContract(make: Make<Registry>): ContractCase[] {
  const test = (name: string, work: Parameters<typeof withSubject<Registry>>[2]) =>
    withSubject(make, name, work);
  return [
    test("keeps a copy of a folder's files as the next version", async (registry) => {
      const first = await withFolder({ "model.onnx": "one", "tables/items.bin": "rows" }, async (folder) => {
        const made = await registry.put("p", "home", folder, { metrics: { auc: 0.8 } });
        await writeFile(join(folder, "model.onnx"), "changed afterwards");
        return made;
      });
      assert.deepEqual([first.name, first.version, first.about], ["home", 1, { metrics: { auc: 0.8 } }]);
      assert.ok(Math.abs(Date.parse(first.created) - Date.now()) < 60_000);
      const kept = await registry.fetch("p", "home", 1);
      assert.equal(await readFile(join(kept, "model.onnx"), "utf8"), "one");
      assert.equal(await readFile(join(kept, "tables/items.bin"), "utf8"), "rows");
      const [same, other] = await putAll(registry, [
        { "model.onnx": "one", "tables/items.bin": "rows" },
        { "model.onnx": "two", "tables/items.bin": "rows" },
      ]);
      assert.deepEqual([same!.version, other!.version], [2, 3]);
      assert.equal(same!.fingerprint, first.fingerprint);
      assert.notEqual(other!.fingerprint, first.fingerprint);
      assert.deepEqual(await registry.list("p", "home"), [first, same, other]);
    }),
    test("makes nothing current by itself; promotes, and rolls back step by step", async (registry) => {
      assert.equal(await registry.current("p", "home"), null);
      const [one, two, three] = await putAll(registry, [{ f: "1" }, { f: "2" }, { f: "3" }]);
      assert.equal(await registry.current("p", "home"), null);
      await assert.rejects(registry.rollback("p", "home"), isError("no-previous"));
      for (const version of [1, 3, 3, 2]) await registry.promote("p", "home", version);
      assert.deepEqual(await registry.current("p", "home"), two);
      assert.deepEqual(await registry.rollback("p", "home"), three);
      assert.deepEqual(await registry.current("p", "home"), three);
      assert.deepEqual(await registry.rollback("p", "home"), one);
      await assert.rejects(registry.rollback("p", "home"), isError("no-previous"));
      assert.deepEqual(await registry.current("p", "home"), one);
    }),
    test("refuses versions and names there are none of", async (registry) => {
      await putAll(registry, [{ f: "1" }]);
      await assert.rejects(registry.promote("p", "home", 2), isError("unknown-version"));
      await assert.rejects(registry.fetch("p", "home", 2), isError("unknown-version"));
      await assert.rejects(registry.promote("p", "hom", 1), isError("unknown-bundle"));
      assert.deepEqual(await registry.list("p", "hom"), []);
    }),
    test("removes only what neither serves nor is kept for rollback, and uses no number twice", async (registry) => {
      await putAll(registry, [{ f: "1" }, { f: "2" }, { f: "3" }]);
      for (const version of [1, 2]) await registry.promote("p", "home", version);
      for (const version of [1, 2])
        await assert.rejects(registry.remove("p", "home", version), isError("in-use"));
      await registry.remove("p", "home", 3);
      assert.deepEqual(
        (await registry.list("p", "home")).map(({ version }) => version),
        [1, 2],
      );
      await assert.rejects(registry.fetch("p", "home", 3), isError("unknown-version"));
      const [next] = await putAll(registry, [{ f: "4" }]);
      assert.equal(next!.version, 4);
    }),
    test("replaces a version's files and nothing else of it", async (registry) => {
      const [one, two] = await putAll(registry, [{ f: "1", g: "same" }, { f: "2" }]);
      for (const version of [1, 2]) await registry.promote("p", "home", version);
      const old = await registry.fetch("p", "home", 1);
      const made = await withFolder({ f: "without", g: "same" }, (folder) =>
        registry.replace("p", "home", 1, folder),
      );
      assert.deepEqual({ ...made, fingerprint: one!.fingerprint }, one);
      assert.notEqual(made.fingerprint, one!.fingerprint);
      const folder = await registry.fetch("p", "home", 1);
      assert.equal(await readFile(join(folder, "f"), "utf8"), "without");
      // Where the old files lay is nothing now, or the new ones: what was taken out is on no disk.
      assert.notEqual(await readFile(join(old, "f"), "utf8").catch(() => "gone"), "1");
      assert.deepEqual(await registry.list("p", "home"), [made, two]);
      assert.deepEqual(await registry.current("p", "home"), two);
      assert.deepEqual(await registry.rollback("p", "home"), made);
      await withFolder({ f: "3" }, (given) =>
        assert.rejects(registry.replace("p", "home", 3, given), isError("unknown-version")),
      );
    }),
    test("keeps every version when several are put at the same time", async (registry) => {
      const made = await Promise.all(
        ["a", "b", "c", "d"].map((text) =>
          putAll(registry, [{ f: text }]).then(([one]) => ({ text, one: one! })),
        ),
      );
      assert.deepEqual(made.map(({ one }) => one.version).sort(), [1, 2, 3, 4]);
      for (const { text, one } of made) {
        const folder = await registry.fetch("p", "home", one.version);
        assert.equal(await readFile(join(folder, "f"), "utf8"), text);
      }
    }),
    test("keeps projects and names apart, whatever characters they have", async (registry) => {
      const names = ["home", "Home page", "..", "../../etc", "a/b", "ünï", "."];
      for (const name of names) await withFolder({ f: name }, (folder) => registry.put("p", name, folder));
      await withFolder({ f: "q" }, (folder) => registry.put("../p", "home", folder));
      assert.deepEqual(await registry.names("p"), [...names].sort());
      for (const name of names) {
        const folder = await registry.fetch("p", name, 1);
        assert.equal(await readFile(join(folder, "f"), "utf8"), name);
      }
      assert.deepEqual(await registry.names("../p"), ["home"]);
      assert.deepEqual(await registry.names("nobody"), []);
    }),
    test("sets overrides by version, and takes them back", async (registry) => {
      const first = await registry.setOverride("p", "surfaces.home", { limit: 10 });
      assert.deepEqual([first.version, first.value], [1, { limit: 10 }]);
      await registry.setOverride("p", "surfaces.home", { limit: 20 }, { ifVersion: 1 });
      await assert.rejects(
        registry.setOverride("p", "surfaces.home", { limit: 30 }, { ifVersion: 1 }),
        isError("conflict"),
      );
      await registry.setOverride("p", "a", [1], { ifVersion: 0 });
      const values = async () => (await registry.overrides("p")).map(({ key, value }) => [key, value]);
      assert.deepEqual(await values(), [
        ["a", [1]],
        ["surfaces.home", { limit: 20 }],
      ]);
      await registry.setOverride("p", "surfaces.home", null);
      assert.deepEqual(await values(), [["a", [1]]]);
      assert.deepEqual(
        (await registry.overrideHistory("p", "surfaces.home")).map(({ version, value }) => [version, value]),
        [
          [1, { limit: 10 }],
          [2, { limit: 20 }],
          [3, null],
        ],
      );
      assert.deepEqual(await registry.overrides("q"), []);
    }),
    test("lets one of several writers win who all saw the same version", async (registry) => {
      const attempts = await Promise.allSettled(
        [1, 2, 3, 4].map((n) => registry.setOverride("p", "k", n, { ifVersion: 0 })),
      );
      assert.equal(attempts.filter(({ status }) => status === "fulfilled").length, 1);
      assert.equal((await registry.overrideHistory("p", "k")).length, 1);
    }),
    {
      name: "keeps everything over a restart",
      async run() {
        const { subject, reopen, close } = await make();
        try {
          if (!reopen) return;
          await putAll(subject, [{ f: "1" }, { f: "2" }]);
          for (const version of [1, 2]) await subject.promote("p", "home", version);
          await subject.setOverride("p", "k", 1);
          const registry = await reopen();
          assert.equal((await registry.current("p", "home"))!.version, 2);
          assert.equal((await registry.rollback("p", "home")).version, 1);
          assert.equal(await readFile(join(await registry.fetch("p", "home", 1), "f"), "utf8"), "1");
          assert.equal((await registry.overrides("p"))[0]!.value, 1);
        } finally {
          await close();
        }
      },
    },
  ];
}

async function putAll(registry: Registry, contents: readonly Record<string, string>[]) {
  const made = [];
  for (const files of contents)
    made.push(await withFolder(files, (folder) => registry.put("p", "home", folder)));
  return made;
}

async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "heed-bundle-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
