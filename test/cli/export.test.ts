import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mergeUser, openStore } from "../../src/store/index.js";
import { heed, temporaryFolder } from "../support/cli.js";
import { serveHome } from "../support/serve-home.js";

const folder = temporaryFolder();
const home = join(folder, "home");

const shown = {
  id: "e1",
  time: "2026-01-05T10:00:00.123Z",
  user: "ann",
  action: "impression",
  surface: "home",
  slate: "s1",
  model: "popular",
  items: [
    { item: 'a "quoted", one', position: 1, propensity: 0.1 },
    { item: "б", position: 2, propensity: 1 },
  ],
};
const clicked = {
  id: "e2",
  time: "2026-01-05T10:00:01.000Z",
  user: "anon-7",
  session: "9007199254740993",
  action: "click",
  item: "line\nbreak",
  slate: "s1",
  query: "",
  value: 0.1 + 0.2,
  context: { page: { path: "/é", deep: [1, null, "", { x: true }] }, "a,b": "1e400" },
};
const later = { id: "e3", time: "2026-02-01T00:00:00.000Z", user: "bob", action: "view", item: "б" };
const merged = [shown, { ...clicked, user: "ann" }, later];
const items = [
  {
    item: "б",
    title: "",
    categories: [],
    hidden: false,
    time: "2026-01-05T10:00:00+02:00",
    attributes: { n: 1e21 },
  },
  { item: 'a "quoted", one', categories: ["x|y", "z"] },
];
const users = [{ user: "ann", attributes: { tags: ["a"], none: null } }, { user: "bob" }];
const wanted = { events: merged, items: [items[1], items[0]], users };
const kinds = ["events", "items", "users"] as const;

beforeAll(async () => {
  const input = { "events.ndjson": [shown, clicked, later], "items.ndjson": items, "users.ndjson": users };
  for (const [name, rows] of Object.entries(input)) {
    writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const { code, stderr } = await heed(["import", join(folder, name), "--as", name.split(".")[0]!], {
      HEED_HOME: home,
    });
    expect([code, stderr]).toEqual([0, ""]);
  }
  const store = await openStore(home);
  await mergeUser(store, "default", "anon-7", "ann");
  await store.close();
}, 60_000);

const rowsIn = (path: string) =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

let files = 0;
async function exported(args: string[], from = home, format = "ndjson"): Promise<string> {
  const path = join(folder, `out-${++files}.${format}`);
  const { code, stderr } = await heed(["export", ...args, "--out", path], { HEED_HOME: from });
  expect([code, stderr]).toEqual([0, ""]);
  return path;
}

describe.each(["csv", "ndjson", "parquet"])("%s", (format) => {
  test("what is exported and imported again is what there was, byte for byte", async () => {
    const copy = join(folder, `copy-${format}`);
    for (const kind of kinds) {
      const first = await exported([kind], home, format);
      const { code, stderr } = await heed(["import", first, "--as", kind, "--strict"], { HEED_HOME: copy });
      expect([code, stderr]).toEqual([0, ""]);
      expect(rowsIn(await exported([kind], copy))).toEqual(wanted[kind]);
      expect(readFileSync(await exported([kind], copy, format)).equals(readFileSync(first))).toBe(true);
    }
  });
});

test("exports through the server that holds the data folder what it exports without one", async () => {
  const server = await serveHome(home);
  try {
    for (const kind of kinds) expect(rowsIn(await exported([kind]))).toEqual(wanted[kind]);
  } finally {
    await server.close();
  }
});

test("chooses by time and by user, who may have been somebody else before", async () => {
  expect(rowsIn(await exported(["events", "--user", "ann"]))).toEqual(merged.slice(0, 2));
  expect(rowsIn(await exported(["events", "--from", "2026-01-06", "--to", "1769904000.001"]))).toEqual([
    later,
  ]);
  expect(rowsIn(await exported(["events", "--to", "2026-01-05T11:00:00.124+01:00"]))).toEqual([shown]);
});

describe("a mistake leaves no file behind", () => {
  const out = join(folder, "wrong", "x.ndjson");
  const taken = join(folder, "taken.csv");
  mkdirSync(join(folder, "wrong"));
  writeFileSync(taken, "mine");
  const mistakes: [string, string[], RegExp][] = [
    ["an output that is there", ["events", "--out", taken], /taken.csv exists\n.*rm '.*taken.csv'/],
    [
      "a folder that is not there",
      ["events", "--out", join(folder, "no", "x.csv")],
      /cannot be written: ENOENT/,
    ],
    ["a folder that is a file", ["events", "--out", join(taken, "x.parquet")], /cannot be written: ENOTDIR/],
    ["an unknown kind", ["event", "--out", out], /KIND is "event"/],
    ["no format", ["events", "--out", join(folder, "wrong", "x")], /does not say its format/],
    [
      "a time without a zone",
      ["events", "--out", out, "--from", "2026-01-05T10:00:00"],
      /--from is .*\n.*with a zone/,
    ],
    ["a user of items", ["items", "--out", out, "--user", "ann"], /are for events, not items/],
  ];
  test.each(mistakes)("%s", async (_, args, said) => {
    const { code, stdout, stderr } = await heed(["export", ...args], { HEED_HOME: home });
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(said)]);
    expect(readdirSync(join(folder, "wrong"))).toEqual([]);
    expect(readFileSync(taken, "utf8")).toBe("mine");
  });

  test("a data folder without data", async () => {
    const { code, stderr } = await heed(["export", "events", "--out", out], {
      HEED_HOME: join(folder, "nowhere"),
    });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/holds no Heed data\n.*heed import/)]);
  });
});

test("Parquet is typed: instants, numbers, lists of structs", async () => {
  const path = await exported(["events"], home, "parquet");
  const script = `import { DuckDBInstance } from "@duckdb/node-api";
    const c = await (await DuckDBInstance.create()).connect();
    const r = await c.runAndReadAll("DESCRIBE SELECT * FROM read_parquet('${path}')");
    console.log(JSON.stringify(r.getRows().map(([name, type]) => [name, type])));`;
  const types = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", script]).toString());
  expect(Object.fromEntries(types)).toMatchObject({
    time: "TIMESTAMP WITH TIME ZONE",
    value: "DOUBLE",
    items: 'STRUCT(item VARCHAR, "position" BIGINT, propensity DOUBLE)[]',
    context: "VARCHAR",
  });
});
