import { request } from "node:http";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HeedError } from "../../../src/core/errors.js";
import { exampleWorld, newHome, type Running, start, twoKeys } from "../../support/http.js";
import { memoryHeed } from "../../support/memory-heed.js";

const ndjson = { "content-type": "application/x-ndjson" };
let running: Running;

beforeAll(async () => {
  running = await start(await exampleWorld(), { limits: { batch: 100, line: 2000 } });
});
afterAll(() => running.close());

const click = (id: string, user = "eve") => ({ id, user, action: "click", item: "heat" });
const kept = (prefix: string) => running.heed.allEvents().filter(({ id }) => id.startsWith(prefix));

describe("POST /v1/events", () => {
  test("takes one event, a list under a name, and a bare list", async () => {
    const once = { accepted: 1, duplicates: 0, rejected: [] };
    expect((await running.ask("/v1/events", { body: click("one") })).body).toEqual(once);
    expect((await running.ask("/v1/events", { body: { events: [click("named")] } })).body).toEqual(once);
    expect((await running.ask("/v1/events", { body: [click("bare")] })).body).toEqual(once);
    expect((await running.ask("/v1/events", { body: [] })).body).toEqual({ ...once, accepted: 0 });
  });

  test("rejects each malformed event alone, with its place and path, and keeps the rest", async () => {
    const { status, text } = await running.ask("/v1/events", {
      // Written by hand: an object in the source would not have the key "__proto__".
      body: `[${[
        JSON.stringify(click("mixed-0")),
        '{"id":"mixed-1","user":"eve"}',
        '{"id":"mixed-2","user":"eve","action":"click","context":{"__proto__":{"admin":true}}}',
        `{"id":"mixed-3","user":"eve","action":"click","context":{"deep":${"[".repeat(40)}${"]".repeat(40)}}}`,
        '{"id":"mixed-4","user":"\\ud800","action":"click"}',
        JSON.stringify(click("mixed-0")),
        JSON.stringify({ ...click("mixed-6"), propensity: 1 }),
        JSON.stringify(click("mixed-7")),
      ].join(",")}]`,
    });
    expect(status).toBe(200);
    const { accepted, duplicates, rejected } = JSON.parse(text);
    expect({ accepted, duplicates }).toEqual({ accepted: 2, duplicates: 1 });
    expect(rejected.map(({ index, path }: { index: number; path: string }) => [index, path])).toEqual([
      [1, "action"],
      [2, "context.__proto__"],
      [3, expect.stringMatching(/^context\.deep\.0\.0/)],
      [4, "user"],
      [6, ""],
    ]);
    expect(kept("mixed").map(({ id }) => id)).toEqual(["mixed-0", "mixed-7"]);
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });

  test("refuses what is no event and no list, naming the way out", async () => {
    for (const [body, code, path] of [
      ["5", "invalid", ""],
      ['"text"', "invalid", ""],
      ["null", "invalid", ""],
      ["", "invalid", ""],
      ['{"events":{}}', "invalid", "events"],
      ['{"events":[],"key":"heed_pk_x"}', "invalid", "key"],
      [JSON.stringify(Array.from({ length: 101 }, () => click("many"))), "too-large", undefined],
    ]) {
      const { status, body: answer } = await running.ask("/v1/events", { method: "POST", body });
      expect(status).toBe(code === "invalid" ? 400 : 413);
      expect(answer).toMatchObject({
        code,
        remedy: expect.stringMatching(/\w/),
        ...(path !== undefined && { path }),
      });
    }
    expect(kept("many")).toEqual([]);
  });

  test("takes other content types only where it says so", async () => {
    const body = JSON.stringify(click("typed"));
    for (const type of [
      "application/xml",
      "text/html",
      "application/x-www-form-urlencoded",
      "nonsense",
      "",
    ]) {
      const { status } = await running.ask("/v1/events", { body, headers: { "content-type": type } });
      expect(status).toBe(415);
    }
    const zipped = { "content-encoding": "gzip" };
    expect((await running.ask("/v1/events", { body, headers: zipped })).status).toBe(415);
    expect((await running.ask("/v1/events", { body, headers: { ...ndjson, ...zipped } })).status).toBe(415);
    const plain = { "content-type": "text/plain" };
    expect(
      (await running.ask("/v1/rank", { body: '{"user":"ann","items":["heat"]}', headers: plain })).status,
    ).toBe(415);
    expect(kept("typed")).toEqual([]);
    expect((await running.ask("/v1/events", { body, headers: plain })).body).toMatchObject({ accepted: 1 });
  });
});

describe("a stream of NDJSON", () => {
  test("is counted, and each rejection names its line", async () => {
    const lines = [
      JSON.stringify(click("line-1")),
      "",
      "  \r",
      JSON.stringify({ id: "line-4", user: "eve" }),
      "{not json",
      `{"id":"line-6","user":"${"x".repeat(3000)}","action":"click"}`,
      `${JSON.stringify(click("line-7"))}\r`,
      JSON.stringify(click("line-1")),
      JSON.stringify(click("line-9")),
    ];
    const { status, body } = await running.ask("/v1/events", { body: lines.join("\n"), headers: ndjson });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 3, duplicates: 1 });
    expect(
      body.rejected.map(({ index, line, path }: Record<string, unknown>) => [index, line, path]),
    ).toEqual([
      [1, 4, "action"],
      [2, 5, ""],
      [3, 6, ""],
    ]);
    expect(kept("line").map(({ id }) => id)).toEqual(["line-1", "line-7", "line-9"]);
  });

  test("with invalid UTF-8 loses that line alone, wherever chunks are cut", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${JSON.stringify(click("utf-1", "Åse 🎬"))}\n{"id":"utf-2","user":"`),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from(`","action":"click"}\n${JSON.stringify(click("utf-3", "Åse 🎬"))}`),
    ]);
    const answer = await stream(running.port, function* () {
      for (const byte of bytes) yield Buffer.from([byte]);
    });
    expect(answer).toMatchObject({ accepted: 2, rejected: [{ line: 2 }] });
    expect(kept("utf").map(({ user }) => user)).toEqual(["Åse 🎬", "Åse 🎬"]);
  });

  test("lists a bounded number of rejections and counts the others", async () => {
    const { body } = await running.ask("/v1/events", { body: "{}\n".repeat(2500), headers: ndjson });
    expect(body.rejected).toHaveLength(1000);
    expect(body).toMatchObject({ accepted: 0, unlisted: 1500 });
  });

  test("is read only as fast as Heed takes it, in flat memory", async () => {
    const memory = memoryHeed();
    let taken = 0;
    let most = 0;
    const slow = await start({
      ...memory,
      async record(values) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        most = Math.max(most, values.length);
        taken += values.length; // nothing is kept: what grows here is the server's
        return { accepted: values.length, duplicates: 0, rejected: [] };
      },
    });
    const line = Buffer.from(`${JSON.stringify({ ...click("x"), context: { text: "y".repeat(4000) } })}\n`);
    const lines = 25_000; // 100 MB
    let ahead = 0;
    let peak = 0;
    const before = process.memoryUsage().rss;
    const answer = await stream(slow.port, function* () {
      for (let sent = 0; sent < lines; sent++) {
        ahead = Math.max(ahead, sent - taken);
        if (sent % 500 === 0) peak = Math.max(peak, process.memoryUsage().rss);
        yield line;
      }
    });
    expect(answer).toMatchObject({ accepted: lines });
    expect(most).toBeLessThanOrEqual(500);
    expect(ahead * line.length).toBeLessThan(20_000_000); // socket buffers of both ends and one batch
    expect(peak - before).toBeLessThan(100_000_000);
    await slow.close();
  });

  test("waits while Heed is busy, and says from which line on to send again when it stays so", async () => {
    const memory = memoryHeed();
    let refusals = 2;
    const busy = await start({
      ...memory,
      async record(values, options) {
        if (refusals-- > 0) throw new HeedError("busy", "the queue is full", "wait");
        return memory.record(values, options);
      },
    });
    const text = Array.from({ length: 1200 }, (_, i) => JSON.stringify(click(`busy-${i}`))).join("\n");
    expect((await busy.ask("/v1/events", { body: text, headers: ndjson })).body).toMatchObject({
      accepted: 1200,
    });
    refusals = 1;
    const single = await busy.ask("/v1/events", { body: click("busy-single") });
    expect(single).toMatchObject({ status: 503, body: { code: "busy" }, headers: { "retry-after": "1" } });
    refusals = Number.POSITIVE_INFINITY;
    const given = await busy.ask("/v1/events", {
      body: `\n${JSON.stringify(click("later"))}`,
      headers: ndjson,
    });
    expect(given.status).toBe(503);
    expect(given.body.message).toContain("every line before line 2 was taken");
    await busy.close();
  });

  test("that is too large is cut, and what was read before is kept", async () => {
    const small = await start(memoryHeed(), { limits: { stream: 100_000 } });
    const text = Array.from({ length: 5000 }, (_, i) => JSON.stringify(click(`cut-${i}`))).join("\n");
    const { status, body } = await small.ask("/v1/events", { body: text, headers: ndjson });
    expect(status).toBe(413);
    const line = Number(/from line (\d+)/.exec(body.remedy)![1]);
    expect(small.heed.allEvents()).toHaveLength(line - 1);
    await small.close();
  });
});

describe("a beacon", () => {
  const origin = "https://shop.example";
  let keyed: Running;
  let keys: ReturnType<typeof twoKeys>;
  beforeAll(async () => {
    const home = newHome();
    keys = twoKeys(home, [origin]);
    keyed = await start(memoryHeed(), { home });
  });
  afterAll(() => keyed.close());

  const send = (body: unknown, headers: Record<string, string> = {}) =>
    keyed.ask("/v1/events", {
      body: JSON.stringify(body),
      headers: { "content-type": "text/plain;charset=UTF-8", ...headers },
    });

  test("carries its publishable key in a text/plain body, from a page the key allows", async () => {
    const answer = await send({ key: keys.publishable.key, events: [click("beacon-1")] }, { origin });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(answer.headers["access-control-allow-origin"]).toBe(origin);
    expect(keyed.heed.allEvents().map(({ id }) => id)).toEqual(["beacon-1"]);
  });

  test("is refused without a key, with any other credential, and from another page", async () => {
    expect((await send({ events: [click("beacon-2")] })).status).toBe(401);
    expect((await send([click("beacon-2")])).status).toBe(401);
    expect((await send({ key: 5, events: [click("beacon-2")] })).status).toBe(401);
    expect((await send({ key: keys.secret.key, events: [click("beacon-2")] })).status).toBe(401);
    const elsewhere = { origin: "https://evil.example" };
    expect((await send({ key: keys.publishable.key, events: [click("beacon-2")] }, elsewhere)).status).toBe(
      403,
    );
    const asJson = { "content-type": "application/json" };
    expect((await send({ key: keys.publishable.key, events: [click("beacon-2")] }, asJson)).status).toBe(401);
    expect(keyed.heed.allEvents()).toHaveLength(1);
  });
});

/** Posts NDJSON in chunks, as fast as the server takes them. */
function stream(port: number, chunks: () => Iterable<Buffer>): Promise<object> {
  return new Promise((resolve, reject) => {
    const options = { port, host: "127.0.0.1", path: "/v1/events", method: "POST", headers: ndjson };
    const sent = request(options, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve(JSON.parse(text));
    });
    sent.on("error", reject);
    Readable.from(chunks()).pipe(sent);
  });
}
