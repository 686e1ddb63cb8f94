import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { openStore } from "../../src/store/index.js";
import { everything, withFolder } from "./support.js";

async function run(path: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

/** The file that Heed wrote before its schema had a version. */
const unversioned = [
  `CREATE TABLE events (position BIGINT, id VARCHAR, time DOUBLE, user_id VARCHAR, action VARCHAR, item VARCHAR, event VARCHAR)`,
  "CREATE TABLE items (item VARCHAR, title VARCHAR, genres VARCHAR[])",
  `INSERT INTO events VALUES
    (1, 'a', 1367000000.5, 'u1', 'rate', 'm1', '{"id":"a","time":"2013-04-26T18:13:20.500Z","user":"u1","action":"rate","item":"m1","value":8}'),
    (2, 'b', 1367000001, 'u1', 'impression', NULL, '{"id":"b","time":"2013-04-26T18:13:21.000Z","user":"u1","action":"impression","slate":"r","surface":"home","model":"popular","items":[{"item":"m2","position":1,"propensity":0.25}],"context":{"a":"\\"é"}}')`,
  "INSERT INTO items VALUES ('m1', 'Blade Runner', ['Sci-Fi', 'Thriller'])",
];

test("an older file is brought up to date, with everything in it", () =>
  withFolder(async (folder) => {
    await run(join(folder, "heed.duckdb"), unversioned);
    for (const opening of ["migrates", "finds nothing left to do"]) {
      const store = await openStore(folder);
      const time = "2013-04-26T18:13:20.500Z";
      const later = "2013-04-26T18:13:21.000Z";
      expect(await everything(store), opening).toEqual([
        {
          position: 1,
          at: 1367000000500,
          event: {
            id: "a",
            project: "default",
            time,
            received: time,
            user: "u1",
            action: "rate",
            item: "m1",
            value: 8,
          },
        },
        {
          position: 2,
          at: 1367000001000,
          event: {
            id: "b",
            project: "default",
            time: later,
            received: later,
            user: "u1",
            action: "impression",
            surface: "home",
            slate: "r",
            model: "popular",
            items: [{ item: "m2", position: 1, propensity: 0.25 }],
            context: { a: '"é' },
          },
        },
      ]);
      expect(await store.online.get("default", "item", ["m1"])).toEqual([
        { id: "m1", value: { item: "m1", title: "Blade Runner", categories: ["Sci-Fi", "Thriller"] } },
      ]);
      expect(await store.log.head()).toBe(2);
      await store.close();
    }
  }));

test("a migration that fails half-way changes nothing", () =>
  withFolder(async (folder) => {
    const path = join(folder, "heed.duckdb");
    await run(path, [...unversioned, "UPDATE events SET event = 'not JSON' WHERE id = 'b'"]);
    await expect(openStore(folder)).rejects.toMatchObject({ name: "HeedError" });
    await run(path, [`UPDATE events SET event = '{"id":"b"}' WHERE id = 'b'`]);
    const store = await openStore(folder);
    expect(await everything(store)).toHaveLength(2);
    await store.close();
  }));

test("a newer file is refused with a remedy, and left alone", () =>
  withFolder(async (folder) => {
    await (await openStore(folder)).close();
    const path = join(folder, "heed.duckdb");
    await run(path, ["UPDATE meta SET value = '99' WHERE name = 'schema'"]);
    await expect(openStore(folder)).rejects.toMatchObject({ code: "newer" });
    await expect(openStore(folder)).rejects.toThrow(/schema 99.*\n.*update Heed/);
    await run(path, ["UPDATE meta SET value = '1' WHERE name = 'schema'"]);
    await (await openStore(folder)).close();
  }));
