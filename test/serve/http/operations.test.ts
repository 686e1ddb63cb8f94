import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttpServer, createKey } from "../../../src/serve/http/index.js";
import { exampleWorld, newHome, type Running, start } from "../../support/http.js";
import { memoryHeed } from "../../support/memory-heed.js";

let running: Running;
beforeAll(async () => {
  running = await start(await exampleWorld());
});
afterAll(() => running.close());

describe("an unknown route", () => {
  test.each([
    ["/v1/recomend/ann", "GET /v1/recommend/{user}"],
    ["/v1/user/ann/events", "GET /v1/users/{user}/events"],
    ["/v1/event", "POST /v1/events"],
    ["/health", "GET /healthz"],
  ])("%s is told the nearest", async (path, near) => {
    const { status, body } = await running.ask(path);
    expect(status).toBe(404);
    expect(body).toEqual({
      code: "unknown-route",
      message: "there is no such route",
      remedy: `did you mean ${near}?`,
    });
  });

  test("far from all is sent to the reference; a very long one costs no time", async () => {
    expect((await running.ask("/wp-admin/setup.php")).body.remedy).toBe("GET /reference lists every route");
    const began = performance.now();
    expect((await running.ask(`/v1/${"x".repeat(7000)}`)).status).toBe(404);
    expect(performance.now() - began).toBeLessThan(500);
  });

  test("with another method is told which ones there are", async () => {
    const { status, headers, body } = await running.ask("/v1/users/ann", { method: "PUT", body: {} });
    expect(status).toBe(405);
    expect(headers.allow).toBe("GET, DELETE");
    expect(body).toMatchObject({ code: "method", remedy: "it takes GET, DELETE" });
    expect((await running.ask("/v1/recommend/ann", { method: "HEAD" })).status).toBe(405); // it would log an exposure
  });
});

test("a wrong parameter is told the field, the reason and the nearest name", async () => {
  expect((await running.ask("/v1/recommend/ann?limt=5")).body).toMatchObject({
    code: "invalid",
    path: "limt",
    remedy: "did you mean limit?",
  });
  for (const limit of ["0", "201", "1.5", "x", "", "-1", "1&limit=2"])
    expect(await running.ask(`/v1/recommend/ann?limit=${limit}`)).toMatchObject({
      status: 400,
      body: { path: "limit" },
    });
  expect((await running.ask("/v1/recommend/ann?filter={")).body).toMatchObject({ path: "filter" });
  expect((await running.ask("/v1/rank", { body: { user: "ann" } })).body).toMatchObject({ path: "items" });
  expect((await running.ask("/v1/rank", { body: { user: "ann", items: ["heat", 5] } })).body.path).toBe(
    "items.1",
  );
  expect((await running.ask("/v1/similar/zz")).body).toMatchObject({
    code: "unknown-item",
    remedy: "add it: PUT /v1/items",
  });
});

describe("recommend", () => {
  test("answers the contract's shape, by query and by body alike", async () => {
    const get = await running.ask(
      '/v1/recommend/dan?surface=row&limit=2&exclude=casino&filter={"year":[1995,1979]}',
    );
    expect(get.body).toEqual({
      request: expect.any(String),
      surface: "row",
      model: "popular",
      items: [
        { item: "heat", score: 2, position: 1, propensity: 1, reason: expect.any(String), title: "Heat" },
      ],
    });
    const body = {
      surface: "row",
      limit: 2,
      exclude: ["casino"],
      filter: { year: [1995, 1979] },
      context: { device: "tv" },
    };
    const post = await running.ask("/v1/recommend/dan", { body });
    expect({ ...post.body, request: "" }).toEqual({ ...get.body, request: "" });
    expect((await running.ask(`/v1/requests/${get.body.request}`)).body).toEqual(get.body);
  });

  test("pages never repeat an item", async () => {
    const first = await running.ask("/v1/recommend/new?limit=2");
    const second = await running.ask(`/v1/recommend/new?limit=2&cursor=${first.body.cursor}`);
    const shown = [...first.body.items, ...second.body.items].map(({ item }: { item: string }) => item);
    expect(shown).toEqual(["casino", "heat", "alien"]);
    expect(second.body.cursor).toBeUndefined();
  });
});

test("metrics count requests by route and status, events by what became of them, and memory", async () => {
  const counted = await start(memoryHeed());
  const event = { id: "m", user: "eve", action: "click" };
  await counted.ask("/v1/events", { body: [event, event, { user: "eve" }] });
  await counted.ask("/v1/users/eve/events");
  await counted.ask("/v1/users/bob/events");
  await counted.ask("/nowhere");
  const { text, headers } = await counted.ask("/metrics");
  expect(headers["content-type"]).toContain("version=0.0.4");
  expect(text).toContain(
    'heed_http_requests_total{method="GET",route="/v1/users/{user}/events",status="200"} 2',
  );
  expect(text).toContain('heed_http_requests_total{method="GET",route="unknown",status="404"} 1');
  expect(text).toContain('heed_http_request_seconds_count{method="POST",route="/v1/events"} 1');
  for (const outcome of ["accepted", "duplicate", "rejected"])
    expect(text).toContain(`heed_events_total{outcome="${outcome}"} 1`);
  expect(Number(/process_resident_memory_bytes (\d+)/.exec(text)![1])).toBeGreaterThan(10_000_000);
  await counted.close();
});

test("a port that is taken is named, with another to try", async () => {
  const second = await createHttpServer(memoryHeed());
  await expect(second.listen({ port: running.port })).rejects.toThrow(`port ${running.port} is taken`);
  await second.close();
});

test("readiness says what the owner says", async () => {
  let ready = false;
  const starting = await start(memoryHeed(), { isReady: () => ready });
  expect(await starting.ask("/readyz")).toMatchObject({ status: 503, body: { code: "unavailable" } });
  ready = true;
  expect((await starting.ask("/readyz")).body).toEqual({ ready: true });
  expect((await starting.ask("/healthz")).body).toEqual({ ok: true });
  await starting.close();
});

describe("merging with a user token", () => {
  test("takes an anonymous id of the browser's making, and nobody else's history", async () => {
    const home = newHome();
    const { key } = createKey(home, { kind: "secret" });
    const shop = await start(await exampleWorld(), { home });
    const anonymous = "anon_0123456789abcdef0123456789abcdef";
    await shop.ask("/v1/events", {
      body: { id: "before", user: anonymous, action: "view", item: "alien" },
      key,
    });
    const token = (await shop.ask("/v1/users/ann/tokens", { body: {}, key })).body.token as string;
    const merge = (id: string, user = "ann") =>
      shop.ask(`/v1/users/${user}/merge`, { body: { anonymous: id }, key: token });
    for (const other of ["bob", "dan", "anon_short", "anon_", "x".repeat(40)])
      expect(await merge(other)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect((await merge(anonymous, "bob")).status).toBe(403);
    await shop.heed.putUsers([{ user: "anon_known0123456789abcdef012345" }]);
    expect((await merge("anon_known0123456789abcdef012345")).status).toBe(403);
    expect((await merge(anonymous)).body).toEqual({ user: "ann", merged: anonymous });
    expect((await merge(anonymous)).status).toBe(200); // again is harmless
    const events = (await shop.ask("/v1/users/ann/events", { key: token })).body.events as { id: string }[];
    expect(events.map(({ id }) => id)).toContain("before");
    const bobs = (await shop.ask("/v1/users/bob/tokens", { body: {}, key })).body.token as string;
    const stolen = await shop.ask("/v1/users/bob/merge", { body: { anonymous }, key: bobs });
    expect(stolen).toMatchObject({ status: 409, body: { code: "conflict" } });
    await shop.close();
  });
});

describe("routes of one's own", () => {
  test("say who may call them, find the key where they say, and learn who calls", async () => {
    const home = newHome();
    const { key } = createKey(home, { kind: "publishable", project: "shop" });
    const other = await start(memoryHeed(), {
      home,
      extend(server) {
        server.route({
          method: "POST",
          url: "/capture",
          config: {
            access: { scope: "events:write" },
            bodyCredential: {
              types: ["application/json"],
              read: ({ body }) => (body as { api_key?: string }).api_key,
            },
          },
          handler: async ({ caller }) => ({ project: caller?.project }),
        });
      },
    });
    expect((await other.ask("/capture", { body: { api_key: key } })).body).toEqual({ project: "shop" });
    expect((await other.ask("/capture", { body: { api_key: "wrong" } })).status).toBe(401);
    expect((await other.ask("/capture", { body: {} })).status).toBe(401);
    await other.close();
  });

  test("that say nothing are refused when the server is made", async () => {
    const made = createHttpServer(memoryHeed(), {
      extend: (server) => void server.get("/page", async () => ""),
    });
    await expect(made).rejects.toThrow("/page does not say who may call it");
  });
});
