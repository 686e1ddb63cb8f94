import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createKey } from "../../src/serve/index.js";
import { openStore } from "../../src/store/index.js";
import { heed, temporaryFolder } from "../support/cli.js";
import { serveHome } from "../support/serve-home.js";

interface Finding {
  check: string;
  state: string;
  found: string;
  remedy?: string;
}

async function doctor(
  env: Record<string, string>,
): Promise<{ code: number | null; by: Record<string, Finding> }> {
  const { code, stdout } = await heed(["doctor", "--json"], { HEED_PORT: "0", ...env });
  const findings = JSON.parse(stdout) as Finding[];
  return { code, by: Object.fromEntries(findings.map((each) => [each.check, each])) };
}

test("all is well where nothing was started yet, and nothing is made", async () => {
  const home = join(temporaryFolder(), "home");
  const { code, by } = await doctor({ HEED_HOME: home });
  expect(Object.values(by).filter(({ state }) => state === "fail")).toEqual([]);
  expect(code).toBe(0);
  expect(Object.keys(by)).toEqual([
    "node",
    "onnxruntime",
    "duckdb",
    "usearch",
    "data sets",
    "chromium",
    "data folder",
    "disk space",
    "owner",
    "schema",
    "server",
    "port",
    "keys",
  ]);
  expect(by.onnxruntime).toMatchObject({ state: "ok", found: "loads and multiplies" });
  expect(by["data folder"]!.found).toContain("is not there yet");
});

test("tells of a running server, of its port, and of keys", async () => {
  const home = temporaryFolder();
  createKey(home, { kind: "secret" });
  const server = await serveHome(home);
  try {
    const { code, by } = await doctor({ HEED_HOME: home, HEED_PORT: new URL(server.address).port });
    expect(code).toBe(0);
    expect([by.owner!.found, by.server!.found, by.port!.found, by.keys!.found]).toEqual([
      `process ${process.pid} serves ${server.address}`,
      `${server.address} answers`,
      expect.stringContaining("running server's"),
      "1 valid of 1",
    ]);
  } finally {
    await server.close();
  }
});

test("fails, with remedies, on a taken port, a damaged database, damaged keys and a file as data folder", async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, "heed.duckdb"), "no database");
  writeFileSync(join(home, "keys.json"), "{", { mode: 0o600 });
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as { port: number };
  const { code, stdout } = await heed(["doctor"], { HEED_HOME: home, HEED_PORT: String(port) });
  other.close();
  expect(code).toBe(1);
  expect(stdout).toMatch(/fail {2}schema: .*cannot be opened.*\n +help: .*heed restore/);
  expect(stdout).toMatch(/fail {2}port: \d+ is taken.*\n +help: .*HEED_PORT=/);
  expect(stdout).toMatch(/fail {2}keys: .*damaged\n +help: .*backup/);
  const { by } = await doctor({ HEED_HOME: join(home, "keys.json") });
  expect(by["data folder"]).toMatchObject({ state: "fail", found: expect.stringContaining("is a file") });
});

test("a database of a newer Heed is told from a damaged one; a killed owner does no harm", async () => {
  const home = join(temporaryFolder(), "home");
  const store = await openStore(home);
  await store.close();
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, "heed.lock"),
    JSON.stringify({ pid: 2 ** 22 + 1, started: 0, folder: home, about: { address: "http://127.0.0.1:1" } }),
  );
  const { code, by } = await doctor({ HEED_HOME: home });
  expect([code, by.owner, by.schema]).toEqual([
    0,
    expect.objectContaining({
      state: "ok",
      found: expect.stringContaining("left from a process that was killed"),
    }),
    expect.objectContaining({ state: "ok", found: "version 1" }),
  ]);
});
