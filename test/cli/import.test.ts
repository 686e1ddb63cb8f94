import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createKey } from "../../src/serve/index.js";
import { openStore } from "../../src/store/index.js";
import { heed, startHeed, temporaryFolder, until } from "../support/cli.js";
import { serveHome } from "../support/serve-home.js";

let servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

async function served(home: string) {
  const server = await serveHome(home);
  servers.push(server);
  return server;
}

const ratings = `userId,movieId,rating,timestamp
1,2,3.5,1112486027
1,29,many,1112484676
"2","3,1",5,1112484676500

2,4,1,2005-04-02T23:31:16+02:00
9007199254740993,5,1
`;
const asRatings = ["--map", "user=userId,item=movieId,value=rating,time=timestamp,action=:rate"];

function written(name: string, text: string): { home: string; file: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), text);
  return { home: join(folder, "home"), file: join(folder, name) };
}

/** Everything in a data folder that nobody holds. */
async function eventsIn(home: string, project = "default") {
  const store = await openStore(home);
  try {
    const found = [];
    for (let after = 0; ; ) {
      const entries = await store.log.read({ project, after, limit: 10_000 });
      if (entries.length === 0) return found;
      for (const { event } of entries) found.push(event);
      after = entries.at(-1)!.position;
    }
  } finally {
    await store.close();
  }
}

function rejectsOf(file: string): unknown[] {
  return readFileSync(`${file}.rejected.ndjson`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const storedRatings = [
  { user: "1", item: "2", value: 3.5, time: "2005-04-02T23:53:47.000Z", action: "rate" },
  { user: "2", item: "3,1", value: 5, time: "2005-04-02T23:31:16.500Z", action: "rate" },
  { user: "2", item: "4", value: 1, time: "2005-04-02T21:31:16.000Z", action: "rate" },
];
const refusedRatings = [
  { line: 3, path: "value", reason: expect.stringContaining("must be a number") },
  { line: 7, path: "", reason: "has 3 fields, not 4" },
];

describe("heed import", () => {
  test("reads CSV by a mapping, keeps what is sound, tells what is not, and stores nothing twice", async () => {
    const { home, file } = written("ratings.csv", ratings);
    const first = await heed(["import", file, ...asRatings, "--json"], { HEED_HOME: home });
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(
      /2 rows were refused, the first at line 3; see .*ratings.csv.rejected.ndjson/,
    );
    expect(JSON.parse(first.stdout)).toMatchObject([{ rows: 5, imported: 3, duplicates: 0, rejected: 2 }]);
    expect(rejectsOf(file)).toMatchObject(refusedRatings);

    const again = await heed(["import", file, ...asRatings, "--json"], { HEED_HOME: home });
    expect(JSON.parse(again.stdout)).toMatchObject([{ imported: 0, duplicates: 5 }]);
    expect(again.code).toBe(0);
    expect(await eventsIn(home)).toMatchObject(storedRatings);
  });

  test("does the same through the server that holds the data folder, with a key", async () => {
    const { home, file } = written("ratings.csv", ratings);
    const { key } = createKey(home, { kind: "secret" });
    const server = await served(home);
    const env = { HEED_HOME: home };
    const refused = await heed(["import", file, ...asRatings], env);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/asks for a key[\s\S]*help: .*export HEED_KEY=\$\(heed keys create/),
    ]);
    for (const stored of [3, 0]) {
      const { stdout, stderr } = await heed(["import", file, ...asRatings, "--json"], {
        ...env,
        HEED_KEY: key,
      });
      expect(stderr).toContain("2 rows were refused");
      expect(JSON.parse(stdout)).toMatchObject([
        { rows: 5, imported: stored, duplicates: 3 - stored, rejected: 2 },
      ]);
      expect(rejectsOf(file)).toMatchObject(refusedRatings);
    }
    expect((await server.heed.readEvents()).events).toMatchObject(storedRatings);
    const other = await heed(["import", file, ...asRatings, "--project", "x"], { ...env, HEED_KEY: key });
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/takes the project from the key/)]);
  });

  test("imports items and users, attributes and lists among them, here and through a server", async () => {
    const folder = temporaryFolder();
    const items = join(folder, "items.csv");
    writeFileSync(items, "movieId,title,genres,year\n1,Heat,Crime|Drama,1995\n2,,,\n,nameless,,\n");
    const users = join(folder, "users.ndjson");
    writeFileSync(
      users,
      '{"user":"ann","attributes":{"country":"NO"}}\n{"user":"bob","nick":"b"}\n{"user":\n',
    );
    const home = join(folder, "home");
    const itemArgs = [
      "import",
      items,
      "--as",
      "items",
      "--map",
      "item=movieId,categories=genres,attributes.year=year",
    ];
    const userArgs = ["import", users, "--as", "users"];

    for (const running of [false, true]) {
      if (running) await served(home);
      const env = { HEED_HOME: home };
      expect((await heed([...itemArgs, "--json"], env)).stdout).toMatch(
        /"imported": 2,\s+"duplicates": 0,\s+"rejected": 1/,
      );
      expect(rejectsOf(items)).toMatchObject([{ line: 4, path: "item" }]);
      expect((await heed([...userArgs, "--json"], env)).stdout).toMatch(
        /"imported": 1,\s+"duplicates": 0,\s+"rejected": 2/,
      );
      expect(rejectsOf(users)).toMatchObject([
        { line: 2, path: "nick" },
        { line: 3, reason: expect.stringContaining("not valid JSON") },
      ]);
      // What was imported is noted for this file: another data folder starts anew.
      if (!running) {
        const store = await openStore(home);
        expect(await store.online.get("default", "item", ["1", "2"])).toEqual([
          { id: "1", value: { title: "Heat", categories: ["Crime", "Drama"], attributes: { year: 1995 } } },
          { id: "2", value: {} },
        ]);
        expect(await store.online.list("default", "user")).toEqual([
          { id: "ann", value: { attributes: { country: "NO" } } },
        ]);
        await store.close();
      }
    }
  });

  test.each(["SIGINT", "SIGKILL"] as const)(
    "after %s in the middle, the same command again stores every row exactly once",
    async (signal) => {
      const count = 200_000;
      const lines = Array.from(
        { length: count },
        (_, i) => `u${i % 997},i${i % 101},click,${1_600_000_000 + i}`,
      );
      const { home, file } = written("clicks.csv", `user,item,action,time\n${lines.join("\n")}\n`);
      const env = { HEED_HOME: home };
      const running = startHeed(["import", file], env);
      await until(() => bytesBelow(join(home, "log")) > 2_000_000, "some rows to be stored");
      running.process.kill(signal);
      const stopped = await running.finished;
      if (signal === "SIGINT") {
        expect(stopped.code).toBe(1);
        expect(stopped.stderr).toMatch(/stopped after line \d+\n.*run the same command again/);
      } else expect(stopped.signal).toBe("SIGKILL");
      const before = (await eventsIn(home)).length;
      expect(before).toBeGreaterThan(0);
      expect(before).toBeLessThan(count);

      const again = await heed(["import", file, "--json"], env);
      expect(JSON.parse(again.stdout)).toMatchObject([
        { rows: count, imported: count - before, duplicates: before },
      ]);
      const times = new Set((await eventsIn(home)).map(({ time }) => time));
      expect([(await eventsIn(home)).length, times.size]).toEqual([count, count]);
    },
    180_000,
  );

  test("with --strict a refused row is a failure, and without it only that nothing was sound", async () => {
    const { home, file } = written("ratings.csv", ratings);
    const env = { HEED_HOME: home };
    expect(await heed(["import", file, ...asRatings, "--strict"], env)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/2 rows of .* were refused/),
    });
    const bad = written("bad.ndjson", '{"user":"ann"}\n[1]\n');
    expect(await heed(["import", bad.file], { HEED_HOME: bad.home })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no row of .* is one of events\n.*help: see why: head -3 /),
    });
  });
});

function bytesBelow(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

describe("a wrong file or option ends with code 1 and a remedy", () => {
  const folder = temporaryFolder();
  const path = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const sound = path("sound.csv", "user,action\nann,view\n");
  mkdirSync(join(folder, "folder.csv"));
  const unwritable = path("a-file", "");

  const mistakes: [name: string, args: string[], said: RegExp][] = [
    ["no such file", [join(folder, "none.csv")], /there is no file .*none.csv\n.*help: check the path/],
    ["a folder", [join(folder, "folder.csv")], /is not a file/],
    ["an empty file", [path("empty.csv", "")], /empty.csv is empty/],
    ["a header alone", [path("header.csv", "user,action\n")], /has no rows/],
    ["no format", [path("rows.txt", "x")], /does not say its format\n.*--format csv/],
    ["an unknown format", [sound, "--format", "parket"], /no format "parket"\n.*did you mean "parquet"/],
    ["an unknown kind", [sound, "--as", "event"], /--as is "event"\n.*events or items or users/],
    [
      "columns of another system",
      [path("other.csv", "userId,movieId\n1,2\n")],
      /no column for user and action[\s\S]*--map user=userId,item=movieId,action=:view/,
    ],
    [
      "a column too many",
      [path("more.csv", "user,action,mood\na,view,x\n")],
      /mood\n.*--ignore-rest.*context.mood=mood/,
    ],
    ["a misspelt column", [sound, "--map", "user=usr"], /no column "usr"\n.*did you mean "user"/],
    [
      "an unknown field",
      [sound, "--map", "usr=user"],
      /"usr", which events do not have\n.*did you mean "user"/,
    ],
    ["half a mapping", [sound, "--map", "user"], /--map has "user"\n.*field=column/],
    ["a field twice", [sound, "--map", "user=user,user=action"], /names the field user twice/],
    ["a column twice", [path("twice.csv", "user,user\na,b\n")], /two columns "user"/],
    ["a column without a name", [path("blank.csv", "user,,action\na,b,c\n")], /column 2 has no name/],
    ["another separator", [path("semi.csv", "user;action\na;view\n")], /--delimiter ';'/],
    ["no Parquet", [path("fake.parquet", "PAR0")], /cannot be read as Parquet/],
    [
      "no place for refused rows",
      [path("bad.csv", "user,action\n,\nann,view\n"), "--rejects", join(unwritable, "x")],
      /cannot be written[\s\S]*--rejects/,
    ],
  ];
  test.each(mistakes)("%s", async (_, args, said) => {
    const { code, stderr } = await heed(["import", ...args], {
      HEED_HOME: join(temporaryFolder(), "home"),
    });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n +at /);
    expect(code).toBe(1);
  });
});
