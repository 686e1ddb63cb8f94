import { mkdtempSync } from "node:fs";
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Heed } from "../../src/serve/heed.js";
import {
  createHttpServer,
  createKey,
  type HttpOptions,
  type HttpServer,
} from "../../src/serve/http/index.js";
import { type MemoryHeed, memoryHeed } from "./memory-heed.js";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome's and TypeScript's "unknown" would need a cast at each use: what an answer holds is what the tests are about.
  body: ReturnType<typeof JSON.parse>;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON; text and bytes as they are. */
  body?: unknown;
  key?: string;
}

export interface Running {
  heed: MemoryHeed;
  server: HttpServer;
  home: string;
  url: string;
  port: number;
  log: string[];
  ask(path: string, asked?: Asked): Promise<Answer>;
  close(): Promise<void>;
}

/** A new empty home folder. */
export function newHome(): string {
  return mkdtempSync(join(tmpdir(), "heed-http-"));
}

/** The world of the documented examples: four films, some people, and one answer that was given to ann. */
export async function exampleWorld(now?: () => Date): Promise<MemoryHeed> {
  const heed = memoryHeed(now);
  await heed.putItems([
    {
      item: "heat",
      title: "Heat",
      categories: ["Crime"],
      time: "2025-03-01T00:00:00Z",
      attributes: { year: 1995 },
    },
    {
      item: "casino",
      title: "Casino",
      categories: ["Crime"],
      time: "2025-02-01T00:00:00Z",
      attributes: { year: 1995 },
    },
    {
      item: "alien",
      title: "Alien",
      categories: ["Horror"],
      time: "2025-01-01T00:00:00Z",
      attributes: { year: 1979 },
    },
    { item: "unreleased", title: "Unreleased", hidden: true },
  ]);
  await heed.putUsers([{ user: "ann", attributes: { country: "NO" } }, { user: "bob" }]);
  const seen = [
    ["bob", "heat"],
    ["bob", "casino"],
    ["cleo", "heat"],
    ["cleo", "casino"],
    ["dan", "alien"],
  ];
  await heed.record(
    seen.map(([user, item], i) => ({
      id: `seed-${i}`,
      user,
      item,
      action: "view",
      time: "2026-01-01T00:00:00Z",
    })),
  );
  await heed.recommend("ann", { limit: 2 });
  return heed;
}

/** A listening server over `heed`, with a keep-alive client. */
export async function start(heed: Heed & Partial<MemoryHeed>, options: HttpOptions = {}): Promise<Running> {
  const log: string[] = [];
  const home = options.home ?? newHome();
  const server = await createHttpServer(heed, {
    log: { write: (line) => void log.push(line) },
    // The store in memory has nothing to copy; test/cli/backup.test.ts copies a real one.
    backup: async () => ({
      specification: "heed-backup/1",
      created: "2026-01-05T10:00:00.000Z",
      head: 0,
      events: 0,
      files: {},
    }),
    ...options,
    home,
  });
  const url = await server.listen({ port: 0 });
  const port = Number(new URL(url).port);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    heed: heed as MemoryHeed,
    server,
    home,
    url,
    port,
    log,
    ask: (path, asked) => ask(port, agent, path, asked),
    async close() {
      agent.destroy();
      await server.close();
    },
  };
}

function ask(port: number, agent: Agent, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = asked.body === undefined ? "GET" : "POST", body, key } = asked;
  const bytes =
    body === undefined || typeof body === "string" || body instanceof Uint8Array
      ? body
      : JSON.stringify(body);
  const headers = {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...asked.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, host: "127.0.0.1", agent, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const isJson = response.headers["content-type"]?.startsWith("application/json") && text !== "";
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text,
          body: isJson ? JSON.parse(text) : undefined,
        });
      });
    });
    sent.on("error", reject);
    sent.end(bytes);
  });
}

/** Sends raw bytes over a new connection and answers all that comes back until it closes, or `seconds` have passed. */
export function raw(port: number, bytes: string | Uint8Array, seconds = 5): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(chunks).toString("utf8"));
    };
    const timer = setTimeout(done, seconds * 1000);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("close", done);
    socket.on("error", done);
  });
}

/** A secret and a publishable key of the project "default" in a home folder. */
export function twoKeys(home: string, origins: readonly string[] = []) {
  return {
    secret: createKey(home, { kind: "secret", label: "server" }),
    publishable: createKey(home, { kind: "publishable", label: "page", origins }),
  };
}
