import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { incomingEventSchema } from "../../../src/events/event.js";
import { findFlaw } from "../../../src/serve/http/json.js";
import { routes } from "../../../src/serve/http/routes/index.js";
import { itemSchema, userSchema } from "../../../src/serve/http/schemas.js";
import { exampleWorld, type Running, raw, start } from "../../support/http.js";
import { malformedRequests } from "../../support/malformed.js";

const endless = { perSecond: 1e9, burst: 1e9 };
const rates = {
  open: endless,
  secret: endless,
  publishable: endless,
  user: endless,
  ticket: endless,
  project: endless,
};
let running: Running;

beforeAll(async () => {
  running = await start(await exampleWorld(), { limits: { rates } });
});
afterAll(() => running.close());

/** What a request may be told; every other status is a defect. */
const allowed = [200, 400, 404, 405, 409, 413, 415];

test("10,000 malformed requests never crash it, never fail inside and never store a wrong row", async () => {
  // The tail is left out: it answers for ever. Its query is read by the same code.
  const some = routes.filter(({ produces }) => produces !== "text/event-stream");
  const requests = fc.sample(malformedRequests(some), { seed: 20260105, numRuns: 10_000 });
  const seen = new Map<number, number>();
  const failures: string[] = [];
  let accepted = 0;
  let next = 0;
  const before = running.heed
    .allEvents()
    .filter(({ action, slate }) => !(action === "impression" && slate)).length;

  async function worker(): Promise<void> {
    for (;;) {
      const request = requests[next++];
      if (!request) return;
      const { method, path, type, body } = request;
      const answer = await running.ask(path, { method, body, headers: { "content-type": type } });
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
      const isError = answer.status >= 400;
      const { code, message, remedy } = answer.body ?? {};
      const isTold =
        !isError || [code, message, remedy].every((text) => typeof text === "string" && text !== "");
      if (!allowed.includes(answer.status) || !isTold || /\bat .*:\d+:\d+/.test(isError ? answer.text : ""))
        failures.push(
          `${method} ${path.slice(0, 200)} ${body.toString("latin1").slice(0, 200)} -> ${answer.status} ${answer.text.slice(0, 300)}`,
        );
      if (answer.status === 200 && path === "/v1/events") accepted += answer.body.accepted;
    }
  }
  await Promise.all(Array.from({ length: 24 }, worker));

  expect(failures).toEqual([]);
  expect([...seen.values()].reduce((a, b) => a + b)).toBe(10_000);
  expect(seen.get(400)).toBeGreaterThan(3000);
  expect(seen.get(200)).toBeGreaterThan(1000);

  const sent = sentEvents(
    requests.filter(({ path }) => path === "/v1/events").map(({ body }) => body.toString("utf8")),
  );
  const events = running.heed.allEvents();
  const { merged } = await running.heed.exportUser("ann"); // some of the requests merge odd ids into ann
  const owner = (user: unknown) => (merged.some((id) => id === user) ? "ann" : user);
  expect(events.filter(({ id }) => sent.has(id)).length).toBeGreaterThan(1000);
  const heard = events.filter(({ id }) => !id.startsWith("exposure-"));
  expect(heard.length - before).toBeLessThanOrEqual(accepted); // erasing takes some away again
  for (const { project, received, ...event } of events) {
    expect(project).toBe("default");
    expect(Number.isNaN(Date.parse(received))).toBe(false);
    expect(incomingEventSchema.safeParse(event).error).toBeUndefined();
    expect(findFlaw(event)).toBeNull();
    const asSent = sent.get(event.id)?.map((one) => ({ ...one, time: null, user: owner(one.user) }));
    if (asSent) expect(asSent).toContainEqual({ ...event, time: null });
  }
  for (const item of (await running.heed.listItems({ limit: 1e6 })).items) {
    expect(itemSchema.safeParse(item).error).toBeUndefined();
    expect(findFlaw(item)).toBeNull();
  }
  for (const user of (await running.heed.listUsers({ limit: 1e6 })).users) {
    expect(userSchema.safeParse(user).error).toBeUndefined();
    expect(findFlaw(user)).toBeNull();
  }
  const plain: Record<string, unknown> = {};
  expect(Object.keys(Object.getPrototypeOf(plain))).toEqual([]);
  expect((await running.ask("/healthz")).status).toBe(200);
});

test("text with SQL, control and rare characters in every field is stored as it is", async () => {
  const odd = `'; DROP TABLE events; -- " \\ % \u0007 𝔘𝔫𝔦 ${"é".normalize("NFD")}`;
  const event = {
    id: odd,
    user: odd,
    session: odd,
    action: odd,
    item: odd,
    surface: odd,
    slate: odd,
    query: odd,
    model: odd,
    items: [{ item: odd, position: 1, propensity: 1 }],
    context: { [odd]: { [odd]: [odd] } },
  };
  expect((await running.ask("/v1/events", { body: event })).body).toMatchObject({ accepted: 1 });
  const { body } = await running.ask(`/v1/users/${encodeURIComponent(odd)}/events`);
  expect(body.events).toEqual([
    { ...event, project: "default", time: expect.any(String), received: expect.any(String) },
  ]);
});

test("a body of nothing but brackets is refused on every route, at any depth", async () => {
  for (const { method, path } of routes.filter(({ body }) => body))
    for (const depth of [33, 10_000, 450_000])
      for (const text of [
        "[".repeat(depth) + "]".repeat(depth),
        `${'{"a":'.repeat(depth / 4)}1${"}".repeat(depth / 4)}`,
      ]) {
        const { status, body } = await running.ask(path.replace(/\{\w+\}/, "ann"), { method, body: text });
        expect(status === 400 || (status === 200 && body.accepted === 0)).toBe(true); // events are rejected one by one
      }
});

test("1,000 wrong content lengths and broken requests are answered or cut off, and harm nobody", async () => {
  const event = JSON.stringify({ user: "length", action: "click" });
  const head = (length: number | string) =>
    `POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n`;
  const broken = fc.oneof(
    fc.integer({ min: 0, max: event.length - 1 }).map((length) => head(length) + event),
    fc
      .constantFrom("-1", "0x10", "1e3", "1 2", "99999999999999999999", "abc", "")
      .map((length) => head(length) + event),
    fc
      .uint8Array({ minLength: 1, maxLength: 300 })
      .map((bytes) => `${Buffer.from(bytes).toString("latin1")}\r\n\r\n`),
    fc
      .tuple(
        fc.constantFrom("BREW", "CONNECT", "PATCH", "TRACE", "OPTIONS", "HEAD"),
        fc.constantFrom("/v1/events", "*", "/"),
      )
      .map(([method, path]) => `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`),
    fc.constant(
      `POST /v1/events HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`,
    ),
    fc.constant(
      `POST /v1/events HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\nzz\r\n`,
    ),
    fc
      .integer({ min: 17_000, max: 40_000 })
      .map((size) => `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"y".repeat(size)}\r\n\r\n`),
  );
  const all = fc.sample(broken, { seed: 7, numRuns: 1000 });
  let next = 0;
  const answers: string[] = [];
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      for (let text = all[next++]; text !== undefined; text = all[next++])
        answers.push(await raw(running.port, Buffer.from(text, "latin1"), 3));
    }),
  );
  const statuses = answers.map((answer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0));
  expect(statuses.filter((status) => status >= 500 || status === 200)).toEqual([]);
  expect(statuses.filter((status) => status === 400).length).toBeGreaterThan(300);
  expect(statuses).toContain(431);
  expect(running.heed.allEvents().filter(({ user }) => user === "length")).toEqual([]);
  expect((await running.ask("/healthz")).status).toBe(200);
});

/** Events by id, as they were sent in batches and streams; some ids are sent more than once. */
function sentEvents(bodies: readonly string[]): Map<string, { user?: unknown }[]> {
  const found = new Map<string, { user?: unknown }[]>();
  for (const body of bodies)
    for (const text of body.startsWith('{"events":[') ? [body] : body.split("\n")) {
      const parsed = parse(text) as { events?: unknown } | null;
      const events = Array.isArray(parsed?.events) ? parsed.events : [parsed];
      for (const event of events as ({ id?: unknown; user?: unknown } | null)[])
        if (typeof event?.id === "string" && event.id.startsWith("sent-"))
          found.set(event.id, [...(found.get(event.id) ?? []), event]);
    }
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
