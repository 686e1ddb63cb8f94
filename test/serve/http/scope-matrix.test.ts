import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKey, revokeKey, signUserToken } from "../../../src/serve/http/index.js";
import { hashKey, keyId, tokenKey } from "../../../src/serve/http/keys.js";
import type { Route } from "../../../src/serve/http/route.js";
import { routes } from "../../../src/serve/http/routes/index.js";
import { signStatement } from "../../../src/serve/http/user-token.js";
import { pathOf } from "../../support/example-request.js";
import { exampleWorld, newHome, type Running, start } from "../../support/http.js";

const credentials = [
  "none",
  "publishable",
  "own user token",
  "another's user token",
  "secret",
  "secret of another project",
  "expired key",
  "revoked key",
  "expired token",
  "token of a revoked key",
  "token signed with another key",
  "unsigned token",
  "own ticket",
  "malformed",
] as const;
type Credential = (typeof credentials)[number];

/** What each credential may do, told once more and independently of the server: 200 stands for being let in. */
function expected({ method, path, access }: Route, credential: Credential): 200 | 401 | 403 {
  if (access === "public") return 200;
  const { scope, userToken, ticket } = access;
  switch (credential) {
    case "secret":
      return 200;
    case "secret of another project":
      // What concerns every project is not for the keys of one; a key for pages is made for the caller's own.
      return scope === "admin" && `${method} ${path}` !== "POST /v1/keys/publishable" ? 403 : 200;
    case "publishable":
      return scope === "events:write" ? 200 : 403;
    case "own user token":
      return userToken ? 200 : 403;
    case "another's user token":
      return userToken === "any" ? 200 : 403;
    case "own ticket":
      return ticket ? 200 : 403;
    default:
      return 401;
  }
}

/** The routes that a publishable key and a user token open, by name: opening another must be a deliberate change here. */
const openToPublishable = ["POST /v1/events"];
const openToUserTokens = [
  "GET /v1/events/tail",
  "POST /v1/events/tail/tickets",
  "GET /v1/users/{user}",
  "GET /v1/users/{user}/events",
  "GET /v1/users/{user}/export",
  "POST /v1/users/{user}/merge",
  "GET /v1/recommend/{user}",
  "POST /v1/recommend/{user}",
  "GET /v1/similar/{item}",
  "POST /v1/rank",
  "GET /v1/search",
  "GET /v1/popular",
  "GET /v1/latest",
];

const keyOf = {} as Record<Credential, string | undefined>;
const home = newHome();
let running: Running;

beforeAll(async () => {
  const secret = createKey(home, { kind: "secret" }).key;
  const revoked = createKey(home, { kind: "secret" });
  revokeKey(home, revoked.id);
  const past = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
  const claims = { key: keyId(hashKey(secret)), project: "default", user: "ann" };
  keyOf.publishable = createKey(home, { kind: "publishable" }).key;
  keyOf["own user token"] = signUserToken(secret, { user: "ann" });
  keyOf["another's user token"] = signUserToken(secret, { user: "bob" });
  keyOf.secret = secret;
  keyOf["secret of another project"] = createKey(home, { kind: "secret", project: "other" }).key;
  keyOf["expired key"] = createKey(home, { kind: "secret", expires: "2020-01-01T00:00:00Z" }).key;
  keyOf["revoked key"] = revoked.key;
  keyOf["expired token"] = signStatement("token", tokenKey(secret), {
    ...claims,
    issued: past(1000),
    expires: past(100),
  });
  keyOf["token of a revoked key"] = signUserToken(revoked.key, { user: "ann" });
  keyOf["token signed with another key"] = signStatement(
    "token",
    tokenKey(keyOf["secret of another project"]),
    {
      ...claims,
      issued: past(0),
      expires: past(-900),
    },
  );
  keyOf["unsigned token"] = `${keyOf["own user token"].split(".")[0]}.${"A".repeat(43)}`;
  keyOf["own ticket"] = signStatement("ticket", tokenKey(secret), {
    ...claims,
    issued: past(0),
    expires: past(-60),
  });
  keyOf.malformed = "heed_sk_tooshort";
  running = await start(await exampleWorld(), { home });
});
afterAll(() => running.close());

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  "%s",
  (name, route) => {
    test.each(credentials)("with %s", async (credential) => {
      const key = keyOf[credential];
      const { status, body } = await statusOf(route, key);
      const wanted = expected(route, credential);
      if (wanted !== 200) {
        expect(status).toBe(wanted);
        expect(body).toMatchObject({ code: wanted === 401 ? "unauthorized" : "forbidden" });
      } else if (credential === "secret of another project") {
        expect([200, 404]).toContain(status); // let in, and finds nothing of this project
        expect(JSON.stringify(body ?? "")).not.toContain("seed-");
      } else expect([200, 404]).toContain(status); // an example that deletes works once
    });

    test("opens to browsers only where this file says so", () => {
      const { access } = route;
      if (access === "public") return;
      expect(access.scope === "events:write").toBe(openToPublishable.includes(name));
      expect(access.userToken !== undefined).toBe(openToUserTokens.includes(name));
    });
  },
);

test("a secret key with fewer scopes opens its own routes only, and so do tokens signed with it", async () => {
  const narrow = createKey(home, { kind: "secret", scopes: ["items:read"] });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  for (const route of routes) {
    if (route.access === "public") continue;
    const { status } = await statusOf(route, narrow.key);
    if (route.access.scope === "items:read") expect([200, 404]).toContain(status);
    else expect(status).toBe(403);
    expect((await statusOf(route, signUserToken(narrow.key, { user: "ann" }))).status).toBe(403);
  }
});

test("a key works from the Authorization header only", async () => {
  const { secret } = keyOf;
  for (const name of ["key", "api_key", "token", "access_token", "ticket", "authorization"])
    expect((await running.ask(`/v1/events/tail?user=ann&${name}=${secret}`)).status).toBe(401);
  expect((await running.ask("/v1/items", { headers: { cookie: `key=${secret}` } })).status).toBe(401);
  expect((await running.ask("/v1/items", { headers: { authorization: `Basic ${secret}` } })).status).toBe(
    401,
  );
  expect((await running.ask("/v1/items", { key: secret! })).status).toBe(200);
});

/** The status of a route's example. A tail answers for ever, so it is left as soon as its headers are there. */
async function statusOf(route: Route, key: string | undefined) {
  const { method, example, produces } = route;
  const asked = {
    method,
    ...(example.body !== undefined && { body: example.body }),
    ...(key !== undefined && { key }),
  };
  if (produces !== "text/event-stream") return running.ask(pathOf(route), asked);
  const abort = new AbortController();
  const response = await fetch(running.url + pathOf(route), {
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    signal: abort.signal,
  });
  const body = response.status === 200 ? undefined : await response.json();
  abort.abort();
  return { status: response.status, body };
}
