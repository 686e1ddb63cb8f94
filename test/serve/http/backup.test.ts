import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttpServer, createKey, openHeed } from "../../../src/serve/index.js";
import { openStore } from "../../../src/store/index.js";
import { exampleWorld, newHome } from "../../support/http.js";

const home = newHome();
let url = "";
let close: () => Promise<void>;

beforeAll(async () => {
  const store = await openStore(home);
  const heed = await openHeed({ store });
  const server = await createHttpServer(heed, { home, backup: store.backup });
  url = await server.listen({ port: 0 });
  close = server.close;
  await heed.record([{ user: "ann", action: "view" }]);
});
afterAll(() => close());

async function ask(folder: unknown, at = url, key?: string) {
  const response = await fetch(`${at}/v1/backup`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ folder }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe("POST /v1/backup", () => {
  test("writes into a new folder below the home folder, or wherever an absolute path says", async () => {
    const elsewhere = join(newHome(), "copy");
    for (const [folder, path] of [
      ["backups/one", join(home, "backups", "one")],
      [elsewhere, elsewhere],
    ] as const) {
      const { status, body } = await ask(folder);
      expect([status, body.events, Object.keys(body.files)]).toEqual([
        200,
        1,
        expect.arrayContaining(["heed.duckdb"]),
      ]);
      expect(readdirSync(path)).toContain("backup.json");
    }
  });

  test("into an empty folder, and never over anything", async () => {
    const empty = join(home, "empty");
    mkdirSync(empty);
    expect((await ask("empty")).status).toBe(200);
    writeFileSync(join(home, "file"), "mine");
    for (const taken of ["empty", "file", "."])
      expect(await ask(taken)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await ask("file/below")).toMatchObject({ status: 400 });
  });

  test.each(["", "a\0b", 7, null])("refuses the folder %j", async (folder) => {
    expect(await ask(folder)).toMatchObject({ status: 400, body: { path: "folder" } });
  });

  test("a server that was given no way to write one says so", async () => {
    const bare = newHome();
    const server = await createHttpServer(await exampleWorld(), { home: bare });
    const at = await server.listen({ port: 0 });
    expect(await ask("copy", at)).toMatchObject({
      status: 503,
      body: { code: "backup-unavailable", remedy: expect.stringContaining("heed backup") },
    });
    expect(existsSync(join(bare, "copy"))).toBe(false);
    await server.close();
  });

  test("is refused to a key of one project only: it copies them all", async () => {
    const own = newHome();
    const store = await openStore(own);
    const keys = ["shop", "default"].map((project) => createKey(own, { kind: "secret", project }).key);
    const server = await createHttpServer(await openHeed({ store }), { home: own, backup: store.backup });
    const at = await server.listen({ port: 0 });
    expect(await ask("copy", at, keys[0])).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(existsSync(join(own, "copy"))).toBe(false);
    expect(await ask("copy", at, keys[1])).toMatchObject({ status: 200 });
    await server.close();
  });
});
