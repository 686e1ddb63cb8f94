import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKey, revokeKey, signUserToken } from "../../../src/serve/http/index.js";
import { exampleWorld, newHome, type Running, start } from "../../support/http.js";
import { memoryHeed } from "../../support/memory-heed.js";

interface Listener {
  status: number;
  text(): string;
  ended: Promise<void>;
  leave(): void;
}

/** Opens a tail and collects what it says. */
function listen(port: number, path: string, headers: Record<string, string> = {}): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", () => {});
      const ended = new Promise<void>((done) => response.on("close", done));
      resolve({ status: response.statusCode!, text: () => text, ended, leave: () => sent.destroy() });
    });
    sent.on("error", reject);
    sent.end();
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const eventsIn = (text: string) =>
  [...text.matchAll(/event: event\nid: (.*)\ndata: (.*)\n\n/g)].map(([, id, data]) => ({
    id,
    event: JSON.parse(data!),
  }));

describe("GET /v1/events/tail", () => {
  let running: Running;
  beforeAll(async () => {
    running = await start(await exampleWorld(), { limits: { heartbeatSeconds: 0.2, tails: 2 } });
  });
  afterAll(() => running.close());
  const send = (id: string, user: string, action: string) =>
    running.ask("/v1/events", { body: { id, user, action, item: "heat" } });

  test("tells events as they are accepted, and that it is alive", async () => {
    const tail = await listen(running.port, "/v1/events/tail");
    await send("t1", "eve", "click");
    await until(() => tail.text().includes("t1") && tail.text().includes(": alive"));
    expect(eventsIn(tail.text())).toEqual([
      { id: "t1", event: expect.objectContaining({ user: "eve", action: "click", project: "default" }) },
    ]);
    tail.leave();
  });

  test("filters by user and actions, refuses one listener too many, and counts those that left", async () => {
    await until(() => running.server.fastify.server.listening);
    const some = await listen(running.port, "/v1/events/tail?user=eve&action=view&action=dwell");
    const all = await listen(running.port, "/v1/events/tail");
    const refused = await running.ask("/v1/events/tail");
    expect(refused).toMatchObject({ status: 503, body: { code: "busy" } });
    await send("t2", "eve", "view");
    await send("t3", "eve", "click");
    await send("t4", "bob", "view");
    await send("t5", "eve", "dwell");
    await until(() => all.text().includes("t5"));
    expect(eventsIn(all.text()).map(({ id }) => id)).toEqual(["t2", "t3", "t4", "t5"]);
    expect(eventsIn(some.text()).map(({ id }) => id)).toEqual(["t2", "t5"]);
    expect((await running.ask("/metrics")).text).toContain("heed_tails 2");
    some.leave();
    all.leave();
    for (;;) if ((await running.ask("/metrics")).text.includes("heed_tails 0")) break;
    expect((await running.ask("/metrics")).text).toContain("heed_http_in_flight 1"); // the question itself
  });

  test("puts an id with a line break on one line", async () => {
    const tail = await listen(running.port, "/v1/events/tail?user=breaks");
    await send("a\nevent: forged\ndata: {}", "breaks", "click");
    await until(() => tail.text().includes("forged"));
    expect(tail.text()).not.toMatch(/^event: forged/m);
    tail.leave();
  });
});

test("a listener that does not read is dropped with a notice; the server's memory does not grow with what it missed", async () => {
  const running = await start(memoryHeed(), { limits: { tailBytes: 200_000 } });
  const socket = connect(running.port, "127.0.0.1");
  socket.pause();
  socket.write("GET /v1/events/tail HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const open = await listen(running.port, "/v1/events/tail?action=small");
  const events = Array.from({ length: 50 }, () => ({
    user: "eve",
    action: "big",
    context: { text: "x".repeat(15_000) },
  }));
  let sent = 0;
  for (; !(await running.ask("/metrics")).text.includes("heed_tail_dropped_total 1"); sent++) {
    expect(sent).toBeLessThan(100); // the kernel's buffers take some megabytes, not 75
    await running.ask("/v1/events", { body: events });
  }
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.resume();
  await new Promise((resolve) => socket.on("close", resolve));
  expect(text).toContain('event: closed\ndata: {"reason":"this listener reads too slowly');
  await running.ask("/v1/events", { body: { id: "s1", user: "eve", action: "small" } });
  await until(() => open.text().includes("s1")); // others are not disturbed
  open.leave();
  await running.close();
});

describe("with keys", () => {
  const home = newHome();
  const secret = createKey(home, { kind: "secret" });
  let running: Running;
  beforeAll(async () => {
    running = await start(await exampleWorld(), { home, limits: { heartbeatSeconds: 0.1 } });
  });
  afterAll(() => running.close());
  const ticketOf = async (key: string) =>
    (await running.ask("/v1/events/tail/tickets", { method: "POST", key })).body.ticket;

  test("a ticket opens the tail from a query, for whom it was made", async () => {
    const all = await listen(running.port, `/v1/events/tail?ticket=${await ticketOf(secret.key)}`);
    expect(all.status).toBe(200);
    const mine = await ticketOf(signUserToken(secret.key, { user: "ann" }));
    const own = await listen(running.port, `/v1/events/tail?user=ann&ticket=${mine}`);
    expect(own.status).toBe(200);
    for (const path of [`/v1/events/tail?ticket=${mine}`, `/v1/events/tail?user=bob&ticket=${mine}`])
      expect((await running.ask(path)).status).toBe(403);
    for (const path of ["/v1/items", "/v1/recommend/ann", "/v1/users/ann/events"])
      expect((await running.ask(`${path}?ticket=${mine}`)).status).toBe(401);
    await running.ask("/v1/events", {
      body: [
        { id: "k1", user: "ann", action: "click" },
        { id: "k2", user: "bob", action: "click" },
      ],
      key: secret.key,
    });
    await until(() => all.text().includes("k2"));
    expect(own.text()).toContain("k1");
    expect(own.text()).not.toContain("k2");
    all.leave();
    own.leave();
  });

  test("a stream outlives its ticket, which opens no other then, and ends with the token that got the ticket", async () => {
    let time = Date.now();
    const clocked = await start(await exampleWorld(), {
      home,
      now: () => time,
      limits: { heartbeatSeconds: 0.1 },
    });
    const token = signUserToken(secret.key, { user: "ann", expiresIn: 600 });
    const asked = await clocked.ask("/v1/events/tail/tickets", { method: "POST", key: token });
    const path = `/v1/events/tail?user=ann&ticket=${asked.body.ticket}`;
    const tail = await listen(clocked.port, path);
    time += 100_000;
    expect((await clocked.ask(path)).status).toBe(401);
    const beats = tail.text().length;
    await until(() => tail.text().length > beats);
    expect(tail.text()).not.toContain("closed");
    time += 600_000;
    await tail.ended;
    expect(tail.text()).toContain("no longer valid");
    await clocked.close();
  });

  test("a token in the query opens nothing", async () => {
    const token = signUserToken(secret.key, { user: "ann" });
    expect((await running.ask(`/v1/events/tail?user=ann&ticket=${token}`)).status).toBe(401);
  });

  test("a tail ends when its key is revoked", async () => {
    const { key, id } = createKey(home, { kind: "secret" });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const tail = await listen(running.port, "/v1/events/tail", { authorization: `Bearer ${key}` });
    expect(tail.status).toBe(200);
    revokeKey(home, id);
    await tail.ended;
    expect(tail.text()).toContain("no longer valid");
  });
});
