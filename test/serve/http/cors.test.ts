import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKey, signUserToken } from "../../../src/serve/http/index.js";
import { exampleWorld, newHome, type Running, start } from "../../support/http.js";

const shop = "https://shop.example";
const blog = "https://blog.example";
const evil = "https://evil.example";
const home = newHome();
const secret = createKey(home, { kind: "secret" }).key;
const shopKey = createKey(home, { kind: "publishable", origins: [shop] }).key;
const blogKey = createKey(home, { kind: "publishable", origins: [blog], project: "blog" }).key;
const appKey = createKey(home, { kind: "publishable" }).key;
const anyKey = createKey(home, { kind: "publishable", origins: ["*"], project: "open" }).key;
const event = { user: "eve", action: "click" };
let running: Running;

beforeAll(async () => {
  running = await start(await exampleWorld(), { home });
});
afterAll(() => running.close());

const send = (origin: string, key: string) =>
  running.ask("/v1/events", { body: event, key, headers: { origin } });

describe("a server with keys", () => {
  test("answers preflights without a key, and never allows credentials of the browser's own", async () => {
    const { status, headers } = await running.ask("/v1/events", {
      method: "OPTIONS",
      headers: {
        origin: shop,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      "access-control-allow-origin": shop,
      "access-control-allow-headers": "authorization, content-type",
      vary: "origin",
    });
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
    expect(headers["set-cookie"]).toBeUndefined();
  });

  test("lets each publishable key be used by its own pages only", async () => {
    expect(await send(shop, shopKey)).toMatchObject({
      status: 200,
      headers: { "access-control-allow-origin": shop },
    });
    expect((await send(blog, blogKey)).status).toBe(200);
    expect((await send(blog, shopKey)).status).toBe(403);
    expect((await send(shop, blogKey)).status).toBe(403);
    expect((await send("null", shopKey)).status).toBe(403);
    expect((await send(shop, appKey)).status).toBe(403); // a key without origins is for apps, which have none
    expect((await running.ask("/v1/events", { body: event, key: appKey })).status).toBe(200);
    expect((await send(evil, anyKey)).status).toBe(200);
  });

  test("lets user tokens be used by the pages of their project", async () => {
    const key = signUserToken(secret, { user: "ann" });
    const ask = (origin: string) => running.ask("/v1/recommend/ann", { key, headers: { origin } });
    expect(await ask(shop)).toMatchObject({ status: 200, headers: { "access-control-allow-origin": shop } });
    expect((await ask(blog)).status).toBe(403);
    expect((await ask(evil)).status).toBe(403);
  });

  test("lets a page read why it was refused", async () => {
    const { status, headers } = await send(shop, "heed_pk_wrong");
    expect(status).toBe(401);
    expect(headers).toMatchObject({
      "access-control-allow-origin": shop,
      "www-authenticate": 'Bearer realm="heed"',
    });
    expect(headers["access-control-expose-headers"]).toContain("retry-after");
  });
});

test("a page that no key names is told nothing, and its preflight fails", async () => {
  const closed = newHome();
  createKey(closed, { kind: "secret" });
  createKey(closed, { kind: "publishable", origins: [shop] });
  const only = await start(await exampleWorld(), { home: closed });
  for (const origin of [
    evil,
    "null",
    "https://shop.example.evil.example",
    "http://shop.example",
    "https://SHOP.example",
  ]) {
    const preflight = await only.ask("/v1/events", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(403);
    expect(preflight.headers["access-control-allow-origin"]).toBeUndefined();
    const asked = await only.ask("/openapi.json", { headers: { origin } });
    expect(asked.headers["access-control-allow-origin"]).toBeUndefined();
  }
  await only.close();
});
