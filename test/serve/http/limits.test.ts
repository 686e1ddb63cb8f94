import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { HeedError } from "../../../src/core/errors.js";
import { createKey, signUserToken } from "../../../src/serve/http/index.js";
import { defaultLimits } from "../../../src/serve/http/limits.js";
import { tokenBuckets } from "../../../src/serve/http/rate-limit.js";
import { exampleWorld, newHome, raw, start } from "../../support/http.js";
import { memoryHeed } from "../../support/memory-heed.js";

const event = { user: "eve", action: "click" };

describe("a token bucket", () => {
  test("lets a burst through, then the rate, and says when to come back", () => {
    let time = 0;
    const buckets = tokenBuckets(10, () => time);
    const rate = { perSecond: 2, burst: 3 };
    const take = () => buckets.take("a", rate);
    expect([take(), take(), take()].map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
    ]);
    expect(take()).toEqual({ allowed: false, remaining: 0, reset: 2, wait: 0.5 });
    time = 500;
    expect(take().allowed).toBe(true);
    time = 1e9;
    expect(take().remaining).toBe(2); // never more than a burst
    time = 0;
    expect(take().remaining).toBe(1); // a clock set back gives nothing and takes nothing
  });

  test("is one of a bounded number: the one unused for longest is forgotten", () => {
    const buckets = tokenBuckets(2, () => 0);
    const rate = { perSecond: 1, burst: 1 };
    expect(buckets.take("a", rate).allowed).toBe(true);
    expect(buckets.take("b", rate).allowed).toBe(true);
    expect(buckets.take("a", rate).allowed).toBe(false); // used again: now b is the oldest
    expect(buckets.take("c", rate).allowed).toBe(true);
    expect(buckets.take("a", rate).allowed).toBe(false);
    expect(buckets.take("b", rate).allowed).toBe(true);
  });
});

describe("rates", () => {
  test("hold a key to its own rate, with Retry-After and the RateLimit headers, and no other key", async () => {
    const home = newHome();
    let time = Date.now();
    const slow = createKey(home, { kind: "secret", rate: { perSecond: 0.5, burst: 2 } }).key;
    const other = createKey(home, { kind: "secret" }).key;
    const running = await start(await exampleWorld(), { home, now: () => time });
    const first = await running.ask("/v1/popular", { key: slow });
    expect(first.headers).toMatchObject({ "ratelimit-policy": '"key";q=2;w=4', ratelimit: '"key";r=1;t=2' });
    expect((await running.ask("/v1/popular", { key: slow })).status).toBe(200);
    const refused = await running.ask("/v1/popular", { key: slow });
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({ "retry-after": "2", ratelimit: '"key";r=0;t=4' });
    expect(refused.body).toMatchObject({
      code: "rate-limit",
      remedy: expect.stringContaining("Retry-After"),
    });
    expect((await running.ask("/v1/popular", { key: other })).status).toBe(200);
    time += 2000;
    expect((await running.ask("/v1/popular", { key: slow })).status).toBe(200);
    await running.close();
  });

  test("give each user of one key a bucket, and all keys of a project one together", async () => {
    const home = newHome();
    const secret = createKey(home, { kind: "secret" }).key;
    const foreign = createKey(home, { kind: "secret", project: "other" }).key;
    const rates = {
      ...defaultLimits.rates,
      user: { perSecond: 1, burst: 1 },
      project: { perSecond: 1, burst: 3 },
    };
    const now = Date.now();
    const running = await start(await exampleWorld(), { home, limits: { rates }, now: () => now });
    const of = (user: string) =>
      running.ask(`/v1/recommend/${user}`, { key: signUserToken(secret, { user }) });
    expect((await of("ann")).status).toBe(200);
    expect((await of("ann")).status).toBe(429);
    expect((await of("bob")).status).toBe(200);
    expect((await running.ask("/v1/popular", { key: secret })).status).toBe(200);
    const refused = await running.ask("/v1/popular", { key: secret });
    expect(refused).toMatchObject({ status: 429, headers: { "ratelimit-policy": '"project";q=3;w=3' } });
    expect((await running.ask("/v1/popular", { key: foreign })).status).toBe(200);
    await running.close();
  });
});

describe("bodies", () => {
  test("of more than a megabyte are refused, whether their length is told or not", async () => {
    const running = await start(memoryHeed());
    const large = JSON.stringify({ ...event, query: "x".repeat(1_000_001) });
    expect(await running.ask("/v1/events", { body: large })).toMatchObject({
      status: 413,
      body: { code: "too-large" },
    });
    const told = await new Promise<number>((resolve, reject) => {
      const sent = request(
        {
          port: running.port,
          path: "/v1/events",
          method: "POST",
          headers: { "content-type": "application/json" },
        },
        (response) => resolve(response.statusCode!),
      );
      sent.on("error", reject);
      sent.write(large.slice(0, 500_000)); // chunked
      sent.end(large.slice(500_000));
    });
    expect(told).toBe(413);
    expect(running.heed.allEvents()).toEqual([]);
    await running.close();
  });
});

describe("in flight", () => {
  test("beyond the bound requests are told to come again, whatever is queued stays bounded, and all is well afterwards", async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const memory = memoryHeed();
    let waiting = 0;
    let most = 0;
    const running = await start(
      {
        ...memory,
        async record(...given) {
          most = Math.max(most, ++waiting);
          await gate;
          waiting--;
          return memory.record(...given);
        },
      },
      { limits: { inFlight: 20 } },
    );
    const before = process.memoryUsage().rss;
    const body = { ...event, query: "x".repeat(4000), context: { text: "y".repeat(200_000) } };
    const held = Array.from({ length: 20 }, () => running.ask("/v1/events", { body }));
    await until(() => waiting === 20);
    const refused = { count: 0, other: 0 };
    for (let round = 0; round < 50; round++) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => running.ask("/v1/events", { body })),
      );
      for (const { status, headers, body: told } of answers) {
        if (status === 503 && headers["retry-after"] === "1" && told.code === "busy") refused.count++;
        else refused.other++;
      }
    }
    expect(refused).toEqual({ count: 500, other: 0 }); // 100 MB of bodies knocked
    expect(most).toBe(20);
    expect(process.memoryUsage().rss - before).toBeLessThan(80_000_000);
    release();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await running.ask("/v1/events", { body: event })).status).toBe(200);
    await running.close();
  });

  test("bodies are bounded together too, before they are read", async () => {
    const running = await start(memoryHeed(), { limits: { inFlightBytes: 1_500_000 } });
    const head = (length: number) =>
      `POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
    const first = connect(running.port, "127.0.0.1");
    first.write(`${head(1_000_000)}{`);
    await until(async () =>
      (await running.ask("/metrics")).text.includes("heed_http_in_flight_bytes 1000000"),
    );
    expect(await raw(running.port, head(900_000), 0.5)).toMatch(/^HTTP\/1\.1 503/);
    expect((await running.ask("/v1/events", { body: event })).status).toBe(200);
    first.destroy();
    await until(async () => (await running.ask("/metrics")).text.includes("heed_http_in_flight_bytes 0"));
    await running.close();
  });

  test("Heed's own busy is 503 with Retry-After, a full disk too, and its failures say nothing of the inside", async () => {
    const memory = memoryHeed();
    let error: Error = new HeedError("busy", "the queue is full", "wait a little");
    const running = await start({ ...memory, record: () => Promise.reject(error) });
    const send = () => running.ask("/v1/events", { body: event });
    expect(await send()).toMatchObject({
      status: 503,
      headers: { "retry-after": "1" },
      body: { code: "busy" },
    });
    error = new HeedError("disk-full", "the disk is full", "free some space");
    expect(await send()).toMatchObject({
      status: 503,
      body: { code: "disk-full", remedy: "free some space" },
    });
    error = new TypeError("secrets of the inside at /srv/heed.duckdb");
    const { status, body, text } = await send();
    expect(status).toBe(500);
    expect(Object.keys(body)).toEqual(["code", "message", "remedy"]);
    expect(text).not.toMatch(/secrets|duckdb|\.ts/);
    const [id] = /req-\w+/.exec(body.remedy)!;
    expect(running.log.some((line) => line.includes(id) && line.includes("secrets of the inside"))).toBe(
      true,
    );
    await running.close();
  });
});

describe("slow and idle clients", () => {
  test("that never finish their headers or their body are cut off, while others are served", async () => {
    const running = await start(memoryHeed(), { limits: { headerSeconds: 1, bodySeconds: 1 } });
    const began = Date.now();
    const drip = (head: string, piece: string) =>
      new Promise<number>((resolve) => {
        const socket: Socket = connect(running.port, "127.0.0.1", () => socket.write(head));
        const timer = setInterval(() => socket.write(piece), 100);
        socket.on("error", () => {});
        socket.on("close", () => {
          clearInterval(timer);
          resolve(Date.now() - began);
        });
        socket.resume();
      });
    const post = "POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    const ends = await Promise.all([
      drip("GET /healthz HTTP/1.1\r\nhost: localhost\r\n", "x: y\r\n"),
      drip(`${post}content-length: 1000\r\n\r\n`, " "),
      drip(`${post}transfer-encoding: chunked\r\n\r\n`, "1\r\n \r\n"),
      running.ask("/healthz").then(({ status }) => expect(status).toBe(200)),
    ]);
    for (const end of ends.slice(0, 3)) expect(end).toBeLessThan(6000);
    await running.close();
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
