import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type IncomingEvent, incomingEventSchema } from "../../../src/events/event.js";

const scripts = ["/heed.js", "/index.js"];

/** A POST as it arrived. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Milliseconds on the test's clock. */
  at: number;
}

interface Refusal {
  status: number;
  headers?: Record<string, string>;
}

export interface Collector {
  origin: string;
  received: Received[];
  /** Events that were kept: valid by Heed's own schema, once for each id, in the order of arrival. */
  events: IncomingEvent[];
  /** How often an event came again. */
  duplicates: number;
  /** Decides about a request before it is read: an answer here means that nothing is kept. */
  refuse: (request: Received) => Refusal | undefined | Promise<Refusal | undefined>;
  of(action: string): IncomingEvent[];
  close(): Promise<void>;
}

/**
 * A small real server with the contract of `POST /v1/events`, and with the page under test at `/`. Pages of any origin
 * may call it, without cookies.
 */
export async function openCollector(body: string): Promise<Collector> {
  const ids = new Set<string>();

  function keep(text: string) {
    const rejected: { index: number; path: string; reason: string }[] = [];
    let accepted = 0;
    let duplicates = 0;
    for (const [index, sent] of (JSON.parse(text) as { events: unknown[] }).events.entries()) {
      const { data, error } = incomingEventSchema.safeParse(sent);
      if (!data) {
        const [issue] = error.issues;
        rejected.push({ index, path: issue!.path.join("."), reason: issue!.message });
      } else if (ids.has(data.id!)) duplicates++;
      else {
        ids.add(data.id!);
        collector.events.push(data);
        accepted++;
      }
    }
    collector.duplicates += duplicates;
    return { accepted, duplicates, rejected };
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    if (request.headers.origin)
      response
        .setHeader("access-control-allow-origin", request.headers.origin)
        .setHeader("access-control-expose-headers", "retry-after");
    if (request.method === "OPTIONS") {
      response.setHeader("access-control-allow-headers", "authorization, content-type").writeHead(204).end();
      return;
    }
    if (request.method === "GET") {
      if (scripts.includes(path))
        response
          .setHeader("content-type", "text/javascript")
          .end(readFileSync(new URL(`../../dist${path}`, import.meta.url)));
      else
        response
          .setHeader("content-type", "text/html; charset=utf-8")
          .end(path === "/elsewhere" ? "<p>elsewhere" : `<!doctype html><meta charset="utf-8">${body}`);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const arrived = {
      path,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
      at: performance.now(),
    };
    collector.received.push(arrived);
    const refusal = await collector.refuse(arrived);
    response.setHeader("content-type", "application/json");
    if (refusal) {
      for (const [name, value] of Object.entries(refusal.headers ?? {})) response.setHeader(name, value);
      response.writeHead(refusal.status).end('{"message":"no"}');
    } else response.end(JSON.stringify(path === "/v1/events" ? keep(arrived.body) : {}));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));

  const collector: Collector = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    events: [],
    duplicates: 0,
    refuse: () => undefined,
    of: (action) => collector.events.filter((event) => event.action === action),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return collector;
}
