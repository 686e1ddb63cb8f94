import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/store/embedded/database.js";
import { createEntities, type Entities } from "../../src/store/embedded/entities.js";
import { prepareSchema } from "../../src/store/embedded/schema.js";
import { withFolder } from "./support.js";

/** Entities over a database that counts its readings. */
async function withEntities(
  limit: number,
  work: (open: () => Entities, readings: () => number) => Promise<void>,
) {
  await withFolder(async (folder) => {
    const database = await openDatabase(join(folder, "store.duckdb"), { memoryLimit: "200MB" });
    await database.maintain((connection) => prepareSchema(connection, database.path));
    let readings = 0;
    const counting: typeof database = {
      ...database,
      read(reading) {
        readings++;
        return database.read(reading);
      },
    };
    await work(
      () => createEntities(counting, limit),
      () => readings,
    );
    await database.close();
  });
}

const people = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `u${i}`, value: { n: i } }));
const values = async (entities: Entities, ids: string[]) =>
  (await entities.get("p", "user", ids)).map((found) => found?.value.n ?? null);

test("a kind that fits is in memory before long: neither known nor unknown ids are read any more", async () => {
  await withEntities(100, async (open, readings) => {
    await open().put("p", "user", people(50));
    const entities = open();
    expect(await values(entities, ["u1", "nobody"])).toEqual([1, null]);
    await expect.poll(() => entities.metrics().entities_in_memory).toBe(51);
    const before = readings();
    expect(await values(entities, ["u49", "nobody else"])).toEqual([49, null]);
    await entities.delete("p", "user", ["u49"]);
    await entities.put("p", "user", [{ id: "late", value: { n: 7 } }]);
    expect(await values(entities, ["u49", "late"])).toEqual([null, 7]);
    expect(readings()).toBe(before);
  });
});

test("what is put and deleted while a kind is taken in is as it was said last", async () => {
  await withEntities(100_000, async (open) => {
    await open().put("p", "user", people(10_000));
    const entities = open();
    const changes = [values(entities, ["u0"])];
    for (let i = 0; i < 20; i++) {
      void entities.put("p", "user", [{ id: `u${i}`, value: { n: -i - 1 } }]);
      void entities.delete("p", "user", [`u${100 + i}`]);
      changes.push(values(entities, [`u${i}`]));
    }
    await Promise.all(changes);
    await entities.put("p", "user", [{ id: "last", value: { n: 0 } }]);
    for (let again = 0; again < 2; again++) {
      expect(await values(entities, ["u0", "u19", "u20", "u100", "u119", "u120", "u9999"])).toEqual([
        -1,
        -20,
        20,
        null,
        null,
        120,
        9999,
      ]);
    }
  });
});

test("a kind too large for memory is read where it lies, and so is one that had to give way", async () => {
  await withEntities(10, async (open) => {
    const entities = open();
    await entities.put("p", "user", people(8));
    expect(await values(entities, ["nobody"])).toEqual([null]);
    await entities.put("p", "item", people(9));
    await entities.put("q", "user", people(40));
    for (let i = 0; i < 8; i++) expect(await values(entities, [`u${i}`, `n${i}`])).toEqual([i, null]);
    expect(entities.metrics().entities_in_memory).toBeLessThanOrEqual(10);
  });
});

test("revisions are remembered, and the same for whoever opens the store next", async () => {
  await withEntities(10, async (open, readings) => {
    const entities = open();
    expect(await entities.revision("p", "user")).toBe(0);
    await entities.put("p", "user", people(1));
    await entities.delete("p", "user", ["nobody"]);
    await entities.put("p", "user", people(2));
    const before = readings();
    expect(await entities.revision("p", "user")).toBe(2);
    expect(readings()).toBe(before);
    expect(await open().revision("p", "user")).toBe(2);
  });
});
