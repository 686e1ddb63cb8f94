import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttpServer, createKey } from "../../../src/serve/http/index.js";
import { routes } from "../../../src/serve/http/routes/index.js";
import { pathOf } from "../../support/example-request.js";
import { exampleWorld, newHome, type Running, raw, start } from "../../support/http.js";
import { memoryHeed } from "../../support/memory-heed.js";

let running: Running;
let before = "";

beforeAll(async () => {
  running = await start(await exampleWorld());
  before = JSON.stringify(running.heed.allEvents());
});
afterAll(() => running.close());

describe("an open loopback server", () => {
  const attacks: [string, (port: number) => Record<string, string>][] = [
    ["a rebound host name", () => ({ host: "evil.example" })],
    ["a rebound host name with the port", (port) => ({ host: `evil.example:${port}` })],
    ["a host that only begins like a local one", (port) => ({ host: `localhost.evil.example:${port}` })],
    ["a page of another origin", () => ({ origin: "https://evil.example" })],
    ["a page on another port of this machine", () => ({ origin: "http://localhost:3000" })],
    ["a page of the same name over TLS", (port) => ({ origin: `https://127.0.0.1:${port}` })],
    ["a sandboxed or local page", () => ({ origin: "null" })],
    ["an image or link of another site", () => ({ "sec-fetch-site": "cross-site" })],
    ["an image or link of another port", () => ({ "sec-fetch-site": "same-site" })],
    [
      "an origin and a site that disagree",
      () => ({ origin: "https://evil.example", "sec-fetch-site": "same-origin" }),
    ],
  ];

  describe.each(attacks)("against %s", (_, headersFor) => {
    test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
      "%s",
      async (_, route) => {
        const { status, body } = await running.ask(pathOf(route), {
          method: route.method,
          ...(route.example.body !== undefined && { body: route.example.body }),
          headers: headersFor(running.port),
        });
        expect(status).toBe(403);
        expect(body).toMatchObject({ code: "forbidden" });
      },
    );

    test("a simple post, a preflight and an unknown path", async () => {
      const headers = headersFor(running.port);
      const event = JSON.stringify({ user: "eve", action: "click" });
      for (const type of [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
      ])
        expect(
          (await running.ask("/v1/events", { body: event, headers: { ...headers, "content-type": type } }))
            .status,
        ).toBe(403);
      const preflight = await running.ask("/v1/events", {
        method: "OPTIONS",
        headers: { origin: "https://evil.example", "access-control-request-method": "POST", ...headers },
      });
      expect(preflight.status).toBe(403);
      expect(preflight.headers["access-control-allow-origin"]).toBeUndefined();
      expect((await running.ask("/nowhere", { headers })).status).toBe(403);
    });
  });

  test("changed nothing under all of that", () => {
    expect(JSON.stringify(running.heed.allEvents())).toBe(before);
  });

  test("wants a Host at all", async () => {
    expect(await raw(running.port, "GET /v1/items HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 403/);
    expect(await raw(running.port, "GET /v1/items HTTP/1.1\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400/,
    );
    const twice = `GET /v1/items HTTP/1.1\r\nhost: evil.example\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
    expect(await raw(running.port, twice)).toMatch(/^HTTP\/1\.1 40[03]/);
  });

  test("answers programs, and its own pages by each local name", async () => {
    for (const host of [
      `localhost:${running.port}`,
      `127.0.0.1:${running.port}`,
      `[::1]:${running.port}`,
      "localhost",
    ]) {
      expect((await running.ask("/v1/items", { headers: { host } })).status).toBe(200);
      const own = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
      expect((await running.ask("/v1/items", { headers: own })).status).toBe(200);
    }
    expect((await running.ask("/reference", { headers: { "sec-fetch-site": "none" } })).status).toBe(200);
  });

  test("listens on this machine only, however it is asked", async () => {
    const server = await createHttpServer(memoryHeed(), { home: newHome() });
    for (const host of ["0.0.0.0", "::", "192.168.1.2", "heed.example"])
      await expect(server.listen({ port: 0, host })).rejects.toMatchObject({ code: "no-keys" });
    const url = await server.listen({ port: 0, host: "localhost" });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await server.close();
  });

  test("with keys may listen anywhere, and then asks everybody for one", async () => {
    const home = newHome();
    const { key } = createKey(home, { kind: "secret" });
    const server = await createHttpServer(memoryHeed(), { home });
    await server.listen({ port: 0, host: "0.0.0.0" });
    const { port } = server.fastify.server.address() as { port: number };
    const head = `GET /v1/items HTTP/1.1\r\nhost: heed.example\r\nconnection: close\r\n`;
    expect(await raw(port, `${head}\r\n`)).toMatch(/^HTTP\/1\.1 401/);
    expect(await raw(port, `${head}authorization: Bearer ${key}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200/);
    await server.close();
  });
});

test("a server that opens while its first key is made asks for it from then on", async () => {
  const home = newHome();
  let time = Date.now();
  const open = await start(memoryHeed(), { home, now: () => time });
  expect((await open.ask("/v1/items")).status).toBe(200);
  createKey(home, { kind: "secret" });
  time += 1000;
  expect((await open.ask("/v1/items")).status).toBe(401);
  await open.close();
});
