import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { importers, obtainData } from "../../src/data/index.js";

const name = "movietweetings-100k";
const files = importers[name].files;
const assets = "assets/movietweetings";
const temporary = () => mkdtempSync(join(tmpdir(), "heed obtain "));
const content = (path: string) => gunzipSync(readFileSync(path));

let root: string;
const servers: Server[] = [];

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** The data set's folder holds the true files, and nothing lies beside it. */
function expectWhole(): void {
  expect(readdirSync(root)).toEqual([name]);
  for (const file of files)
    expect(content(join(root, name, file)).equals(content(join(assets, file)))).toBe(true);
}

beforeEach(() => {
  root = temporary();
  vi.stubEnv("HEED_DATA", root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) server.close();
});

describe("a data set is brought in", () => {
  test("from a folder", async () => {
    expect(await obtainData(name, assets)).toBe(join(root, name));
    expectWhole();
  });

  test("from files that are not zipped", async () => {
    const source = temporary();
    for (const file of files) writeFileSync(join(source, file.slice(0, -3)), content(join(assets, file)));
    await obtainData(name, source);
    expectWhole();
  });

  test("from a URL, with or without a slash, zipped or not", async () => {
    const at = await serving(({ url }, response) => {
      if (url === "/set/ratings.dat.gz") response.end(readFileSync(join(assets, "ratings.dat.gz")));
      else if (url === "/set/movies.dat") response.end(content(join(assets, "movies.dat.gz")));
      else response.writeHead(404).end("no");
    });
    await obtainData(name, `${at}set`);
    await obtainData(name, `${at}set/`, { force: true });
    expectWhole();
  });

  test("in the place of another, only when that is asked for", async () => {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "mine"), "");
    await expect(obtainData(name, assets)).rejects.toMatchObject({ code: "exists" });
    expect(readdirSync(join(root, name))).toEqual(["mine"]);
    await obtainData(name, assets, { force: true });
    expectWhole();
  });

  test("of another content, only when that is asked for", async () => {
    const source = temporary();
    writeFileSync(join(source, "ratings.dat.gz"), gzipSync("1::2::8::100\n"));
    writeFileSync(join(source, "movies.dat.gz"), gzipSync("2::A (2000)::Drama\n"));
    await expect(obtainData(name, source)).rejects.toMatchObject({
      code: "checksum",
      message: expect.stringMatching(/ratings\.dat\.gz .* has SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}/),
    });
    expect(readdirSync(root)).toEqual([]);
    await obtainData(name, source, { unchecked: true });
    expect(importers[name].load(join(root, name)).rating).toEqual(Float32Array.of(8));
  });
});

describe("a data set that shares its folder", () => {
  const rows = ["train,1", "valid,0", "test,1"].map((start) => `${start},1,2,3,4,5,6,7,8,9,10\n`);
  const text = `split,label,user,item,daytime,weekday,isweekend,homework,cost,weather,country,city\n${rows.join("")}`;

  test("comes in beside the other, and each is replaced only when that is asked for", async () => {
    const source = temporary();
    for (const file of ["ctr.csv", "frappe_x1.csv"]) writeFileSync(join(source, file), text);
    await obtainData("frappe", source, { unchecked: true });
    await obtainData("frappe-recreated", source, { unchecked: true });
    expect(readdirSync(join(root, "frappe")).toSorted()).toEqual(["ctr.csv.gz", "frappe_x1.csv.gz"]);
    const again = obtainData("frappe-recreated", source, { unchecked: true });
    await expect(again).rejects.toMatchObject({ code: "exists" });
    await obtainData("frappe-recreated", source, { unchecked: true, force: true });
    expect(readdirSync(root)).toEqual(["frappe"]);
    expect(content(join(root, "frappe", "ctr.csv.gz")).toString()).toBe(text);
  });
});

describe("what goes wrong leaves nothing behind", () => {
  const cut: RequestListener = (_, response) => {
    response.writeHead(200, { "content-length": 1_000_000 });
    response.write("x".repeat(1000), () => response.destroy());
  };
  const wrong: [what: string, from: () => Promise<string> | string, code: string, said: RegExp][] = [
    [
      "a folder without the files",
      () => temporary(),
      "file",
      /ratings\.dat\.gz was not found at .* nor at .*ratings\.dat\n/,
    ],
    ["a folder that is not there", () => join(root, "none"), "file", /was not found/],
    [
      "a server without the files",
      () => serving((_, r) => r.writeHead(404).end()),
      "network",
      /was not found at http/,
    ],
    [
      "a server with an error",
      () => serving((_, r) => r.writeHead(503).end()),
      "network",
      /the server answered 503\n/,
    ],
    ["no server", () => "http://127.0.0.1:1/", "network", /could not be read: .*\n.*--from FOLDER/],
    [
      "a download that breaks off",
      () => serving(cut),
      "file",
      /could not be copied: .*\n.*nothing was changed/,
    ],
    [
      "another file of that name",
      () => serving((_, r) => r.end("no gzip")),
      "file",
      /ratings\.dat\.gz cannot be unzipped/,
    ],
  ];
  test.each(wrong)("%s", async (_, from, code, said) => {
    const error = await obtainData(name, await from()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(said) });
    expect(readdirSync(root)).toEqual([]);
  });

  test("files that the importer cannot read", async () => {
    const source = temporary();
    for (const file of files) writeFileSync(join(source, file), gzipSync("a,b\n"));
    await expect(obtainData(name, source, { unchecked: true })).rejects.toMatchObject({ code: "cell" });
    expect(readdirSync(root)).toEqual([]);
  });

  test("a place that cannot be written", async () => {
    writeFileSync(join(root, "file"), "");
    vi.stubEnv("HEED_DATA", join(root, "file", "x"));
    await expect(obtainData(name, assets)).rejects.toMatchObject({
      code: "file",
      remedy: expect.stringContaining("HEED_DATA"),
    });
  });

  test("a name nobody knows", async () => {
    await expect(obtainData("movietweeting-100k", assets)).rejects.toThrow(
      /did you mean "movietweetings-100k"/,
    );
    expect(existsSync(join(root, "movietweeting-100k"))).toBe(false);
  });
});
