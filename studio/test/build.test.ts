import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import openapiTS, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageVersion } from "../../src/core/version.js";
import { openApi } from "../../src/serve/http/openapi.js";
import { routes } from "../../src/serve/http/routes/index.js";
import { emptyServer, type StudioServer } from "./support/studio";

const folder = "dist/studio";
const assets = readdirSync(join(folder, "assets"));
const page = readFileSync(join(folder, "index.html"), "utf8");
const textOf = (name: string) => readFileSync(join(folder, "assets", name), "utf8");

/** What the page loads before it draws anything: its scripts and styles, and what those import at once. */
function initial(): string[] {
  const found = new Set([...page.matchAll(/assets\/([\w.-]+)/g)].map(([, name]) => name!));
  for (const name of found)
    for (const [, other] of textOf(name).matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g))
      found.add(other!);
  return [...found];
}

test("the initial bundle is under 250 kB compressed, and charts are not in it", () => {
  const names = initial();
  const bytes = names.reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(folder, "assets", name))).length,
    0,
  );
  expect(names.length).toBeGreaterThan(1);
  expect(bytes).toBeLessThan(250_000);
  const withPlot = assets.filter((name) => textOf(name).includes("--plot-background: white"));
  expect(withPlot).toHaveLength(1);
  expect(names).not.toContain(withPlot[0]);
});

test("the page has no inline script or style, and loads nothing from elsewhere", () => {
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:\/\//);
});

test("no part of it makes code from text", () => {
  for (const name of assets.filter((name) => name.endsWith(".js")))
    expect(textOf(name), name).not.toMatch(/\beval\(|new Function\(/);
});

test("the client's types are those of the server's document", async () => {
  const made = astToString(
    await openapiTS(JSON.stringify(openApi(routes, packageVersion())), { alphabetize: true }),
  );
  const kept = readFileSync("studio/src/api/schema.d.ts", "utf8");
  expect(kept.slice(kept.indexOf("\n") + 1), "run: npm run client --workspace @heed/studio").toBe(made);
});

describe("served under /studio", () => {
  let server: StudioServer;
  beforeAll(async () => {
    server = await emptyServer({ keyed: true });
  });
  afterAll(() => server.close());

  test("every address below is the page, with a strict policy, asked for anew each time", async () => {
    for (const path of ["/studio", "/studio/", "/studio/events", "/studio/deep/er?item=1"]) {
      const answer = await fetch(server.url + path);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe(page);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      const policy = answer.headers.get("content-security-policy")!;
      expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self' 'sha256-[\w+/=]+';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });

  test("files carry their hash in the name and are kept for a year, compressed where that is understood", async () => {
    for (const name of assets) {
      const answer = await fetch(`${server.url}/studio/assets/${name}`);
      expect(name).toMatch(/-[\w-]{8}\.(js|css)$/);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(answer.headers.get("content-encoding")).toBe("gzip");
      expect(await answer.text()).toBe(textOf(name));
    }
    const plain = await fetch(`${server.url}/studio/assets/${assets[0]}`, {
      headers: { "accept-encoding": "identity" },
    });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(await plain.text()).toBe(textOf(assets[0]!));
  });

  test("nothing else of the machine can be read through it", async () => {
    for (const name of ["nothing-there.js", "..%2findex.html", "..%2f..%2f..%2fpackage.json", "%2e%2e"]) {
      const answer = await fetch(`${server.url}/studio/assets/${name}`);
      expect(await answer.text()).not.toMatch(/"dependencies"/);
      expect([200, 404]).toContain(answer.status);
    }
  });
});
