import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defineConfig } from "../../src/decide/index.js";
import { openHeed } from "../../src/serve/index.js";
import { openModel } from "../../src/serve/runtime/models.js";
import { openStore } from "../../src/store/index.js";
import { temporaryFolder } from "../support/cli.js";
import { saveFreshDeepFm } from "../support/fresh-models.js";

const items = ["one", "two", "three"];

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}

test("erasing a user takes their row out of the model in charge and of those kept for rollback, and nobody else's", async () => {
  const home = temporaryFolder();
  const store = await openStore(join(home, "store"));
  await saveFreshDeepFm(join(home, "one"), { item: items, user: ["bob", "ann-secret-id", "cleo"] });
  await saveFreshDeepFm(join(home, "two"), { user: ["ann-secret-id", "cleo"], item: items });
  for (const bundle of ["one", "two"]) {
    const { version } = await store.registry.put("default", "main", join(home, bundle));
    await store.registry.promote("default", "main", version);
  }
  const heed = await openHeed({ store, config: defineConfig({}) });
  await heed.putItems(items.map((item) => ({ item })));
  await heed.record([{ user: "ann-secret-id", action: "view", item: "one" }]);

  const scores = async (version: number, user: string) => {
    const model = await openModel(await store.registry.fetch("default", "main", version), version);
    const found = Array.from(
      await model.scoreFields!(
        { user, attributes: {}, context: {} },
        items,
        items.map(() => ({})),
      ),
    );
    await model.release();
    return found;
  };
  const before = await Promise.all([1, 2].flatMap((v) => ["cleo", "ann-secret-id"].map((u) => scores(v, u))));
  const served = await heed.rank("ann-secret-id", items);
  expect(served.model).toBe("deepfm");

  await heed.eraseUser("ann-secret-id");
  const after = await Promise.all([1, 2].flatMap((v) => ["cleo", "ann-secret-id"].map((u) => scores(v, u))));
  expect([after[0], after[2]]).toEqual([before[0], before[2]]);
  expect(after[1]).not.toEqual(before[1]);
  expect(after[3]).not.toEqual(before[3]);
  // The next answer is by the model that forgot: what a stranger is told.
  const now = await heed.rank("ann-secret-id", items);
  expect(now.items).toEqual((await heed.rank("somebody new", items)).items);
  expect(now.items).not.toEqual(served.items);
  expect(await heed.rollback("main")).toMatchObject({ serving: { version: 1 } });
  await heed.close();
  const registry = filesBelow(join(home, "store", "registry"));
  expect(registry.length).toBeGreaterThan(6);
  expect(registry.filter((path) => readFileSync(path).includes("ann-secret-id"))).toEqual([]);
});
