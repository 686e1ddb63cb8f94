import { readFile } from "node:fs/promises";
import Fastify, { type FastifyInstance } from "fastify";
import { z } from "zod";
import { HeedError } from "../core/errors.js";
import type { Engine } from "./engine.js";
import { openApi } from "./openapi.js";
import { limitSchema, parseEvents, rankSchema, recommendQuery } from "./schema.js";

const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const pages: Readonly<Record<string, [file: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/page.css": ["page.css", "text/css; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
};

/** The HTTP door to an engine. It has no keys yet, so it answers local requests only. */
export function createServer(engine: Engine): FastifyInstance {
  const server = Fastify({ bodyLimit: 1_000_000, routerOptions: { maxParamLength: 300 } });

  server.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders);
    // Against DNS rebinding and cross-site requests: a page of another origin must not read or write here.
    if (
      !isLocal(request.headers.host) ||
      (request.headers.origin && !isLocal(new URL(request.headers.origin).host))
    ) {
      throw new HeedError(
        "forbidden",
        `requests for ${request.headers.host} from ${request.headers.origin ?? "nowhere"} are refused`,
        "call the server by localhost or 127.0.0.1",
      );
    }
  });

  server.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      return reply.code(400).send({
        code: "invalid",
        path: issue?.path.join(".") ?? "",
        message: issue?.message ?? "",
        remedy: "see /openapi.json",
      });
    }
    if (error instanceof HeedError) {
      const status = error.code === "forbidden" ? 403 : error.code === "unknown-item" ? 404 : 400;
      return reply
        .code(status)
        .send({ code: error.code, message: error.message.split("\n")[0], remedy: error.remedy });
    }
    const status = error.statusCode ?? 500;
    return reply.code(status).send({
      code: status < 500 ? "invalid" : "internal",
      message: error.message,
      remedy: status < 500 ? "see /openapi.json" : "see the server's log",
    });
  });

  for (const [url, [file, type]] of Object.entries(pages)) {
    server.get(url, async (_, reply) =>
      reply.type(type).send(await readFile(new URL(`../../assets/page/${file}`, import.meta.url))),
    );
  }
  server.get("/healthz", async () => ({ ok: true }));
  server.get("/openapi.json", async () => openApi());

  server.post("/v1/events", async (request) => {
    const { body } = request;
    const isBatch =
      typeof body === "object" && body !== null && "events" in body && Array.isArray(body.events);
    const bodies: unknown[] = isBatch ? (body as { events: unknown[] }).events : [body];
    const { events, rejected } = parseEvents(bodies);
    const fresh = await engine.record(events);
    const accepted = fresh.filter(Boolean).length;
    return { accepted, duplicates: fresh.length - accepted, rejected };
  });
  server.get<{ Params: { user: string } }>("/v1/recommend/:user", async ({ params, query }) =>
    engine.recommend(params.user, recommendQuery.parse(query)),
  );
  server.get<{ Params: { item: string }; Querystring: { limit?: string } }>(
    "/v1/similar/:item",
    async ({ params, query }) => ({
      item: params.item,
      items: engine.similar(params.item, limitSchema.parse(query.limit)),
    }),
  );
  server.post("/v1/rank", async ({ body }) => {
    const { user, items } = rankSchema.parse(body);
    return engine.rank(user, items);
  });
  server.get<{ Querystring: { limit?: string } }>("/v1/users", async ({ query }) => ({
    users: await engine.store.people(limitSchema.parse(query.limit)),
  }));
  server.get<{ Params: { user: string } }>("/v1/users/:user/events", async ({ params }) => {
    const events = await engine.store.userEvents(params.user);
    const title = (item?: string) =>
      item === undefined ? undefined : engine.catalogue.items[engine.catalogue.idOf(item) ?? 0]?.title;
    return { user: params.user, events: events.map((event) => ({ ...event, title: title(event.item) })) };
  });
  server.delete<{ Params: { user: string } }>("/v1/users/:user", async ({ params }) => {
    const erased = await engine.store.eraseUser(params.user);
    engine.catalogue.forget(params.user);
    return { erased };
  });
  server.get("/v1/models", async () => engine.status);
  return server;
}

function isLocal(host: string | undefined): boolean {
  const name = (host ?? "").replace(/:\d+$/, "");
  return name === "localhost" || name === "127.0.0.1" || name === "[::1]";
}
