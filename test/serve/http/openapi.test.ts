import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKey } from "../../../src/serve/http/index.js";
import { type OpenApi, refusedWith } from "../../../src/serve/http/openapi.js";
import { routes } from "../../../src/serve/http/routes/index.js";
import { pathOf } from "../../support/example-request.js";
import { exampleWorld, newHome, type Running, start } from "../../support/http.js";

let running: Running;
let document: OpenApi;
let key = "";
const ajv = new Ajv2020({ strict: false });
formats.default(ajv);

beforeAll(async () => {
  const home = newHome();
  key = createKey(home, { kind: "secret" }).key;
  running = await start(await exampleWorld(), { home });
  document = (await running.ask("/openapi.json")).body;
  ajv.addSchema({ $id: "document", ...document });
});
afterAll(() => running.close());

/** Checks a value with the schema at a place in the document, by a validator that Heed does not use. */
function errorsOf(value: unknown, ...place: string[]): unknown {
  const pointer = place
    .map((part) => encodeURIComponent(part.replace(/~/g, "~0").replace(/\//g, "~1")))
    .join("/");
  const validate = ajv.compile({ $ref: `document#/${pointer}` });
  return validate(value) ? null : validate.errors;
}

test("the document is valid OpenAPI 3.1 and has every route and no other", async () => {
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as object as Record<string, unknown>,
  );
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((one) => one.operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", (_, route) => {
  const place = ["paths", route.path, route.method.toLowerCase()];

  test("takes its documented example and answers as declared", async () => {
    const { method, example, produces = "application/json" } = route;
    if (example.body !== undefined)
      expect(
        errorsOf(example.body, ...place, "requestBody", "content", "application/json", "schema"),
      ).toBeNull();
    if (produces === "text/event-stream") return; // answers for ever; see the tests of the tail
    const { status, headers, body, text } = await running.ask(pathOf(route), {
      method,
      key,
      ...(example.body !== undefined && { body: example.body }),
    });
    expect(status).toBe(200);
    expect(headers["content-type"]?.split(";")[0]).toBe(produces.split(";")[0]);
    expect(errorsOf(body ?? text, ...place, "responses", "200", "content", produces, "schema")).toBeNull();
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
  });

  test("refuses as declared", async () => {
    const { method, access, params } = route;
    const declared = refusedWith(route);
    const path = route.path.replace(/\{\w+\}/, "nobody-of-that-name");
    const refusals: (readonly [number, Awaited<ReturnType<Running["ask"]>>])[] = [];
    if (access !== "public") refusals.push([401, await running.ask(path, { method })]);
    if (route.body)
      refusals.push([
        415,
        await running.ask(path, { method, key, body: "x", headers: { "content-type": "x/y" } }),
      ]);
    if (route.body) refusals.push([400, await running.ask(path, { method, key, body: "{" })]);
    if (params || route.query || route.body)
      refusals.push([400, await running.ask(`${path}?unheard=1`, { method, key, body: route.example.body })]);
    if (declared.includes(404) && method === "GET") {
      const { status, ...answer } = await running.ask(path, { method, key });
      if (status !== 200) refusals.push([404, { status, ...answer }]); // somebody unknown may get an answer
    }
    for (const [wanted, { status, body }] of refusals) {
      expect(status).toBe(wanted);
      expect(declared).toContain(status);
      expect(
        errorsOf(body, ...place, "responses", String(status), "content", "application/json", "schema"),
      ).toBeNull();
    }
  });
});

test("the reference page shows every route, runs nothing and loads nothing", async () => {
  const { headers, text } = await running.ask("/reference");
  const csp = headers["content-security-policy"];
  expect(csp).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
  expect(csp).not.toMatch(/script|unsafe|https?:/);
  for (const { method, path } of routes) expect(text).toContain(`<h2>${method} ${path}</h2>`);
  expect(text).not.toMatch(/<script|<link|<img|src=|javascript:|https?:\/\/(?!shop\.example)/);
});

test("a wrong answer would be noticed", () => {
  const schema = ["paths", "/v1/events", "post", "responses", "200", "content", "application/json", "schema"];
  expect(errorsOf({ accepted: 1, duplicates: 0, rejected: [] }, ...schema)).toBeNull();
  expect(errorsOf({ accepted: "1", duplicates: 0, rejected: [] }, ...schema)).not.toBeNull();
  expect(errorsOf({ accepted: 1, duplicates: 0, rejected: [], extra: 1 }, ...schema)).not.toBeNull();
});
