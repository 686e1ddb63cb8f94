import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createKey } from "../../src/serve/index.js";
import { openStore } from "../../src/store/index.js";
import { heed, temporaryFolder } from "../support/cli.js";
import { serveHome } from "../support/serve-home.js";

const folder = temporaryFolder();
const home = join(folder, "home");
const first = join(folder, "backups", "first");

async function usersIn(at: string): Promise<string[]> {
  const store = await openStore(at);
  const entries = await store.log.read({ after: 0 });
  await store.close();
  return entries.map(({ event }) => event.user);
}

beforeAll(async () => {
  const events = join(folder, "events.csv");
  writeFileSync(events, "user,action\nann,view\nbob,view\n");
  expect((await heed(["import", events], { HEED_HOME: home })).code).toBe(0);
  createKey(home, { kind: "secret" });
}, 60_000);

describe("heed backup", () => {
  test("copies a data folder that nobody holds, and says what is not in the copy", async () => {
    const { code, stdout, stderr } = await heed(["backup", `${first}/`, "--json"], { HEED_HOME: home });
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ folder: first, events: 2 })]);
    expect(stderr).toContain("keys.json is not in it");
    expect(readdirSync(join(folder, "backups"))).toEqual(["first"]);
  });

  test("has the server write it while one runs, into an empty folder too, with a key that may", async () => {
    const { key } = createKey(home, { kind: "secret" });
    const { key: narrow } = createKey(home, { kind: "secret", scopes: ["events:read"] });
    const server = await serveHome(home);
    try {
      await server.heed.record([{ user: "cleo", action: "view" }]);
      const target = join(folder, "backups", "second");
      mkdirSync(target);
      const refused = await heed(["backup", target], { HEED_HOME: home, HEED_KEY: narrow });
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringMatching(/scope admin\n.*heed keys create/),
      ]);
      const { code, stdout } = await heed(["backup", target, "--json"], { HEED_HOME: home, HEED_KEY: key });
      expect([code, JSON.parse(stdout).events]).toEqual([0, 3]);
      const again = await heed(["backup", target], { HEED_HOME: home, HEED_KEY: key });
      expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/exists and is not empty/)]);
      expect(existsSync(join(target, "backup.json"))).toBe(true);
    } finally {
      await server.close();
    }
  });

  test("refuses a folder with something in it, and one that cannot be made", async () => {
    const mistakes: [string, RegExp][] = [
      [folder, /exists already\n.*does not exist yet/],
      [join(folder, "events.csv", "x"), /cannot be made: ENOTDIR/],
    ];
    for (const [target, said] of mistakes) {
      const { code, stdout, stderr } = await heed(["backup", target], { HEED_HOME: home });
      expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(said)]);
    }
  });
});

describe("heed restore", () => {
  test("makes a backup the data folder, where there was none", async () => {
    const fresh = join(folder, "fresh", "home");
    const { code, stdout } = await heed(["restore", first, "--json"], { HEED_HOME: fresh });
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ home: fresh, events: 2 })]);
    expect(await usersIn(fresh)).toEqual(["ann", "bob"]);
  });

  test("leaves a folder that is not empty alone; with --force it moves it aside and deletes nothing", async () => {
    const refused = await heed(["restore", first], { HEED_HOME: home });
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/is not empty\n.*restore '.*first' --force/),
    ]);
    expect(await usersIn(home)).toEqual(["ann", "bob", "cleo"]);

    const { code, stdout, stderr } = await heed(["restore", first, "--force", "--json"], { HEED_HOME: home });
    const { aside } = JSON.parse(stdout);
    expect([code, aside]).toEqual([0, `${home}.before-restore`]);
    expect(await usersIn(home)).toEqual(["ann", "bob"]);
    expect(await usersIn(aside)).toEqual(["ann", "bob", "cleo"]);
    expect(stderr).toMatch(/cp -p '.*keys.json'/);
  });

  test("touches nothing while somebody holds the folder, or when the backup is damaged or none", async () => {
    const server = await serveHome(home);
    const held = await heed(["restore", first, "--force"], { HEED_HOME: home });
    await server.close();
    expect([held.code, held.stderr]).toEqual([1, expect.stringMatching(/is in use by process \d+/)]);

    const damaged = join(folder, "damaged");
    expect((await heed(["backup", damaged], { HEED_HOME: home })).code).toBe(0);
    const database = join(damaged, "heed.duckdb");
    const bytes = readFileSync(database);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(database, bytes);
    rmSync(`${home}.before-restore`, { recursive: true });
    const before = readdirSync(folder);
    for (const [backup, said] of [
      [damaged, /is not what was backed up\n.*another backup/],
      [join(folder, "backups"), /backup.json cannot be read\n.*heed backup wrote/],
    ] as const) {
      const { code, stdout, stderr } = await heed(["restore", backup, "--force"], { HEED_HOME: home });
      expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(said)]);
    }
    expect(readdirSync(folder)).toEqual(before);
    expect(await usersIn(home)).toEqual(["ann", "bob"]);
  });
});
