import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compatibility, createKey } from "../../../src/serve/index.js";
import { type Compatible, said, startCompatible } from "../../support/compat.js";
import { type Asked, start } from "../../support/http.js";
import { memoryHeed } from "../../support/memory-heed.js";

let running: Compatible;
beforeAll(async () => {
  running = await startCompatible();
});
afterAll(() => running.close());

function basic(key: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` };
}

function send(path: string, body: unknown, asked: Asked = {}) {
  return running.ask(path, { body, headers: basic(running.keys.secret), ...asked });
}

describe("Segment's tracking API", () => {
  test("each path answers as Segment does, the browser library's short ones too", async () => {
    const message = { userId: "paths", event: "Went", groupId: "g", previousId: "before" };
    const long = ["identify", "track", "page", "screen", "group", "alias"];
    for (const path of [...long, "i", "t", "p", "s", "g", "a"]) {
      const { status, body } = await send(`/v1/${path}`, message);
      expect([path, status, body]).toEqual([path, 200, { success: true }]);
    }
    expect((await said(running, "paths")).map(({ action }) => action).sort()).toEqual(
      ["Went", "Went", "group", "group", "view", "view", "view", "view"].sort(),
    );
  });

  test("a browser may send text/plain with the write key in the body; gzip is read", async () => {
    const { publishable, secret } = running.keys;
    const body = JSON.stringify({
      writeKey: publishable,
      anonymousId: "browser",
      event: "Went",
      messageId: "b1",
    });
    const plain = await running.ask("/v1/t", { body, headers: { "content-type": "text/plain" } });
    expect([plain.status, plain.body]).toEqual([200, { success: true }]);
    const packed = gzipSync(JSON.stringify({ batch: [{ type: "track", userId: "packed", event: "Went" }] }));
    const answer = await running.ask("/v1/batch", {
      body: packed,
      headers: { ...basic(secret), "content-encoding": "gzip" },
    });
    expect(answer.body).toEqual({ success: true });
    expect(await said(running, "browser")).toMatchObject([{ id: "b1", action: "Went" }]);
    expect(await said(running, "packed")).toHaveLength(1);
  });

  test("a page of the key's own origin may send, and another's may not", async () => {
    const origins = ["https://shop.example"];
    const { key } = createKey(running.home, { kind: "publishable", origins });
    const body = JSON.stringify({ writeKey: key, anonymousId: "shopper", event: "Went" });
    const from = (origin: string) =>
      running.ask("/v1/t", { body, headers: { "content-type": "text/plain", origin } });
    await expect.poll(async () => (await from("https://shop.example")).status, { timeout: 3_000 }).toBe(200);
    const { headers } = await from("https://shop.example");
    expect(headers["access-control-allow-origin"]).toBe("https://shop.example");
    expect((await from("https://other.example")).status).toBe(403);
  });

  test("a body that would grow beyond the limit is refused before it does", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
    expect(bomb.length).toBeLessThan(100_000);
    const { status, body } = await running.ask("/v1/batch", {
      body: bomb,
      headers: { ...basic(running.keys.secret), "content-encoding": "gzip" },
    });
    expect([status, body.success]).toEqual([413, false]);
  });

  test("a compressed body counts as large as it may become, while it is in flight", async () => {
    const heed = memoryHeed();
    const limits = { body: 1_000, inFlightBytes: 1_500 };
    const small = await start(heed, { limits, extend: compatibility(heed) });
    const held = connect(small.port, "127.0.0.1");
    held.write(
      "POST /v1/track HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 40\r\n\r\n",
    );
    const body = JSON.stringify({ userId: "ann", event: "Went" });
    const asked = { body: gzipSync(body), headers: { "content-encoding": "gzip" } };
    await expect.poll(async () => (await small.ask("/v1/track", asked)).status).toBe(503);
    expect((await small.ask("/v1/track", { body })).status).toBe(200);
    held.destroy();
    await expect.poll(async () => (await small.ask("/v1/track", asked)).status).toBe(200);
    await small.close();
  });

  test("malformed JSON is 400, a wrong key 401, and both say success: false", async () => {
    expect(await send("/v1/track", "{nonsense")).toMatchObject({ status: 400, body: { success: false } });
    const wrong = await running.ask("/v1/track", {
      body: { userId: "x", event: "y" },
      headers: basic("wrong"),
    });
    expect(wrong).toMatchObject({ status: 401, body: { success: false } });
    const none = await running.ask("/v1/track", { body: { userId: "x", event: "y" } });
    expect(none).toMatchObject({ status: 401, body: { success: false } });
    expect(await said(running, "x")).toEqual([]);
  });

  test("of a batch the good messages are kept, and the answer names the others", async () => {
    const batch = [
      { type: "track", userId: "mixed", event: "Went" },
      { type: "track", event: "Nobody" },
      { type: "unheard", userId: "mixed" },
      7,
    ];
    const { status, body } = await send("/v1/batch", { batch });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      rejected: [{ index: 1, path: "userId" }, { index: 2, path: "type" }, { index: 3 }],
    });
    expect(await said(running, "mixed")).toHaveLength(1);
    expect(await send("/v1/batch", { batch: batch.slice(1) })).toMatchObject({
      status: 400,
      body: { success: false },
    });
    expect((await send("/v1/batch", { batch: [] })).body).toEqual({ success: true });
  });

  test("sentAt tells how far the sender's clock is off", async () => {
    const hour = 3_600_000;
    const sentAt = new Date(Date.now() + hour).toISOString();
    const timestamp = new Date(Date.now() + hour - 60_000).toISOString();
    await send("/v1/track", { userId: "fast", event: "Went", timestamp, sentAt });
    const [event] = await said(running, "fast");
    expect(event).toMatchObject({ time: timestamp });
    expect(event!.skew).toBeGreaterThan(hour - 5_000);
    expect(event!.skew).toBeLessThan(hour + 5_000);
    await send("/v1/track", { userId: "nonsense", event: "Went", timestamp: "yesterday" });
    expect(await said(running, "nonsense")).toHaveLength(1);
  });

  test("a second owner of an id is passed over, and traits of a merged id are its user's", async () => {
    await send("/v1/alias", { previousId: "shared", userId: "first" });
    expect((await send("/v1/alias", { previousId: "shared", userId: "second" })).body).toEqual({
      success: true,
    });
    expect((await running.heed.exportUser("second")).merged).toEqual([]);
    await send("/v1/identify", { userId: "shared", traits: { seen: true } });
    expect(await running.heed.getUser("first")).toEqual({ user: "first", attributes: { seen: true } });
  });

  test("concurrent traits of one user all stay", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `trait${i}`);
    await Promise.all(names.map((name) => send("/v1/identify", { userId: "busy", traits: { [name]: 1 } })));
    expect(Object.keys((await running.heed.getUser("busy"))!.attributes!).sort()).toEqual(names.sort());
  });

  test("properties that do not fit are left out by name, and the event is kept", async () => {
    const properties = { small: 1, large: "x".repeat(20_000), after: true };
    await send("/v1/track", { userId: "large", event: "Went", properties });
    expect(await said(running, "large")).toMatchObject([
      { context: { small: 1, after: true, heed_left_out: ["large"] } },
    ]);
  });
});
