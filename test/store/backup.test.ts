import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eraseUser, openStore, restoreBackup } from "../../src/store/index.js";
import { sampleEvent } from "../../src/testing/index.js";
import { everything, openedIn, withFolder } from "./support.js";

test("a backup taken while events come in is a whole store up to one position", () =>
  withFolder(async (folder) => {
    const { store, close } = await openedIn();
    await store.online.put("p", "item", [{ id: "x", value: { title: "t" } }]);
    await store.log.merge("p", "anonymous", "u");
    writeFileSync(join(folder, "model"), "weights");
    await store.registry.put("p", "home", folder);
    await store.registry.promote("p", "home", 1);
    let writing = true;
    const writer = (async () => {
      while (writing) await store.log.append(Array.from({ length: 20 }, () => sampleEvent({ item: "x" })));
    })();
    while ((await store.log.head()) < 200) await new Promise((resolve) => setTimeout(resolve, 5));
    const manifest = await store.backup(join(folder, "backup"));
    writing = false;
    await writer;
    const before = (await everything(store)).filter(({ position }) => position <= manifest.head);
    expect(before.length).toBe(manifest.events);
    expect(manifest.events).toBeGreaterThanOrEqual(199);
    await expect(store.backup(join(folder, "backup"))).rejects.toMatchObject({ code: "exists" });
    await close();

    expect(await restoreBackup(join(folder, "backup"), join(folder, "restored"))).toEqual(manifest);
    const restored = await openStore(join(folder, "restored"));
    expect(await everything(restored)).toEqual(before);
    expect(await restored.online.get("p", "item", ["x"])).toEqual([{ id: "x", value: { title: "t" } }]);
    expect(await restored.online.resolve("p", "anonymous")).toBe("u");
    expect((await restored.registry.current("p", "home"))?.version).toBe(1);
    expect(readFileSync(join(await restored.registry.fetch("p", "home", 1), "model"), "utf8")).toBe(
      "weights",
    );
    expect(await restored.log.append([before[0]!.event])).toEqual([expect.anything()]);
    await restored.close();
    await expect(restoreBackup(join(folder, "backup"), join(folder, "restored"))).rejects.toMatchObject({
      code: "exists",
    });
  }));

test("a backup that is not what was written is refused, and nothing is put in its place", () =>
  withFolder(async (folder) => {
    const { store, close } = await openedIn();
    await store.log.append([sampleEvent()]);
    await store.backup(join(folder, "backup"));
    await close();
    const path = join(folder, "backup", "heed.duckdb");
    const data = readFileSync(path);
    data[data.length >> 1]! ^= 1;
    writeFileSync(path, data);
    await expect(restoreBackup(join(folder, "backup"), join(folder, "to"))).rejects.toMatchObject({
      code: "damaged",
    });
    const empty = await openStore(join(folder, "to"));
    expect(await everything(empty)).toEqual([]);
    await empty.close();
    await expect(restoreBackup(folder, join(folder, "elsewhere"))).rejects.toMatchObject({
      code: "not-a-backup",
    });
  }));

test("compaction gives back the space of what was deleted, while events come in", async () => {
  const { folder, store, close, reopen } = await openedIn();
  const batch = (user: string, count: number) =>
    Array.from({ length: count }, (_, i) =>
      sampleEvent({ user, query: `${user} ${(i * 2_654_435_761) % 2 ** 32} ${Math.sin(i)}`.repeat(8) }),
    );
  for (let i = 0; i < 10; i++) await store.log.append(batch("loud", 3_000));
  await store.log.append(batch("quiet", 10));
  await eraseUser(store, "p", "loud");
  let writing = true;
  const writer = (async () => {
    while (writing) {
      await store.log.append(batch("v", 5));
      await store.online.history("p", "v");
      await store.log.find("p", { user: "quiet", limit: 3 });
    }
  })();
  const { before, after } = await store.compact();
  writing = false;
  await writer;
  expect(after).toBeLessThan(before / 2);
  const entries = await everything(store);
  expect(entries.filter(({ event }) => event.user === "quiet")).toHaveLength(10);
  expect(entries.filter(({ event }) => event.user === "loud")).toEqual([]);
  expect(readFileSync(join(folder, "heed.duckdb")).includes("loud 0")).toBe(false);
  expect(await everything(await reopen())).toEqual(entries);
  await close();
});
