import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKey, revokeKey, signUserToken } from "../../../src/serve/http/index.js";
import { compatibility } from "../../../src/serve/index.js";
import { type ForeignRoute, filled, foreignRoutes } from "../../support/foreign-routes.js";
import { exampleWorld, newHome, type Running, start } from "../../support/http.js";
import type { MemoryHeed } from "../../support/memory-heed.js";

/** Opening another route to the key that is in every visitor's browser must be a deliberate change here. */
const openToPublishable = new Set([
  ...["identify", "track", "page", "screen", "group", "alias", "batch", "import"].map(
    (path) => `POST /v1/${path}`,
  ),
  ...["i", "t", "p", "s", "g", "a", "b"].map((path) => `POST /v1/${path}`),
  ...["capture/", "e/", "i/v0/e/", "track/", "batch/", "i/v0/ai/batch/"].map((path) => `POST /${path}`),
  "POST /i/v1/analytics/events",
  "POST /flags/",
  "POST /decide/",
  "GET /flags/definitions",
  "GET /api/feature_flag/local_evaluation",
  "POST /api/feedback",
  "PUT /api/feedback",
]);

const home = newHome();
const keys: Record<string, string> = {};
let running: Running & { heed: MemoryHeed };

beforeAll(async () => {
  keys.secret = createKey(home, { kind: "secret" }).key;
  keys.publishable = createKey(home, { kind: "publishable" }).key;
  keys.reader = createKey(home, { kind: "secret", scopes: ["items:read"] }).key;
  const revoked = createKey(home, { kind: "secret" });
  revokeKey(home, revoked.id);
  keys.revoked = revoked.key;
  keys.token = signUserToken(keys.secret, { user: "eve" });
  keys.wrong = "heed_sk_wrong";
  const heed = await exampleWorld();
  running = await start(heed, { home, extend: compatibility(heed) });
});
afterAll(() => running.close());

/** Sends a route's example with the key where the product's clients put it. */
async function statusOf(route: ForeignRoute, key: string | undefined): Promise<number> {
  const { product, method, body } = route;
  const headers: Record<string, string> = {};
  let sent = body;
  if (key !== undefined && product === "segment")
    headers.authorization = `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
  if (key !== undefined && product === "gorse") headers["x-api-key"] = key;
  if (product === "posthog") {
    const { api_key: _, token: __, ...rest } = (body ?? {}) as Record<string, unknown>;
    const inBearer = method === "GET" || route.path.startsWith("/i/v1/");
    if (inBearer && key !== undefined) headers.authorization = `Bearer ${key}`;
    if (body !== undefined) sent = inBearer || key === undefined ? rest : { ...rest, api_key: key };
  }
  const asked = { method, headers, ...(sent !== undefined && { body: sent }) };
  return (await running.ask(filled(route), asked)).status;
}

const letIn = [200, 404, 501];

describe.each(foreignRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  "%s",
  (name, route) => {
    test("opens to a secret key, and to a publishable one only where it adds events", async () => {
      expect(letIn).toContain(await statusOf(route, keys.secret));
      const isOpen = openToPublishable.has(name);
      expect(route.scope === "events:write").toBe(isOpen);
      const status = await statusOf(route, keys.publishable);
      if (isOpen) expect(status).toBe(200);
      else expect(status).toBe(403);
    });

    test("opens to no other key, no user token and nobody without a key", async () => {
      for (const key of [undefined, keys.wrong, keys.revoked]) expect(await statusOf(route, key)).toBe(401);
      expect(await statusOf(route, keys.token)).toBe(403);
      const narrow = await statusOf(route, keys.reader);
      if (route.scope === "items:read") expect(letIn).toContain(narrow);
      else expect(narrow).toBe(403);
    });
  },
);

test("a publishable key changed no user and merged nobody; the other interfaces' headers open none of Heed's own routes", async () => {
  const { publishable, secret } = keys;
  const fresh = await exampleWorld();
  const other = await start(fresh, { home, extend: compatibility(fresh) });
  const before = JSON.stringify((await fresh.listUsers()).users);
  const whole = running;
  running = other;
  for (const route of foreignRoutes) await statusOf(route, publishable);
  running = whole;
  expect(JSON.stringify((await fresh.listUsers()).users)).toBe(before);
  for (const user of ["eve", "ann", "anon", "before"])
    expect((await fresh.exportUser(user)).merged).toEqual([]);
  expect(fresh.allEvents().filter(({ user }) => user === "eve").length).toBeGreaterThan(3);
  const basic = `Basic ${Buffer.from(`${secret}:`).toString("base64")}`;
  for (const headers of [{ authorization: basic }, { "x-api-key": secret! }])
    expect((await other.ask("/v1/items", { headers })).status).toBe(401);
  expect(other.log.join("")).not.toContain(publishable!.slice(8));
  await other.close();
});

test("health tells of nothing and needs no key", async () => {
  for (const path of ["/api/health/live", "/api/health/ready"])
    expect((await running.ask(path)).body).toEqual({
      Ready: true,
      DataStoreError: null,
      CacheStoreError: null,
      DataStoreConnected: true,
      CacheStoreConnected: true,
    });
});
