import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { missing } from "./support/chromium.js";
import { openCollector, type Received } from "./support/collector.js";
import { starting, useChromium } from "./support/sdk.js";

const patient = { timeout: 10_000, interval: 20 };

/** Tracks `count` clicks on items named by the prefix. */
const track = (page: Page, prefix: string, count: number, context: Record<string, string> = {}) =>
  page.evaluate(
    ([prefix, count, context]) => {
      for (let i = 0; i < count; i++) heed.track("click", { item: `${prefix}${i}`, context });
    },
    [prefix, count, context] as const,
  );
const named = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const idsOf = ({ body }: Received) =>
  (JSON.parse(body) as { events: { id: string }[] }).events.map(({ id }) => id);
const problems = (page: Page) =>
  page.evaluate<{ code: string; status?: number; events?: { item: string }[] }[]>("problems");
const buffered = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("heed.queue")).length);

describe.skipIf(missing)(`delivery, in Chromium${missing}`, () => {
  const { visit, context } = useChromium();

  test("events travel together, at most a batch at a time, and leave nothing behind", async () => {
    const { page, collector } = await visit(starting({ surface: "home" }));
    await track(page, "a", 120);
    await page.evaluate(() => heed.flush());
    expect(collector.received.map((request) => idsOf(request).length)).toEqual([50, 50, 20]);
    expect(collector.events.map(({ item }) => item)).toEqual(named("a", 120));
    expect(collector.events[0]).toMatchObject({ action: "click", surface: "home", context: {} });
    expect(new Set(collector.events.map(({ session }) => session)).size).toBe(1);
    expect(Math.abs(Date.parse(collector.events[0]!.time!) - Date.now())).toBeLessThan(60_000);
    await vi.waitFor(async () => expect(await buffered(page)).toBe(0), patient);
  });

  test("a short wait gathers company, and then they go by themselves", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 200 }));
    await track(page, "a", 2);
    await vi.waitFor(() => expect(collector.events).toHaveLength(2), patient);
    expect(collector.received).toHaveLength(1);
  });

  test("events survive an offline period, and leaving the page meanwhile", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50 }));
    await context().setOffline(true);
    await track(page, "a", 5);
    await page.evaluate(() => heed.flush());
    expect(collector.received).toEqual([]);
    await context().setOffline(false);
    await vi.waitFor(() => expect(collector.events).toHaveLength(5), patient);

    await context().setOffline(true);
    await track(page, "b", 5);
    await page.goto("about:blank");
    await context().setOffline(false);
    await page.goto(collector.origin);
    await vi.waitFor(() => expect(collector.events).toHaveLength(10), patient);
    expect(collector.events.map(({ item }) => item)).toEqual([...named("a", 5), ...named("b", 5)]);
    expect(collector.duplicates).toBe(0);
  });

  test("events survive a reload while the server is down", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50 }));
    collector.refuse = () => ({ status: 500 });
    await track(page, "a", 3);
    await vi.waitFor(() => expect(collector.received).toHaveLength(1), patient);
    await page.reload();
    await track(page, "b", 1);
    collector.refuse = () => undefined;
    await vi.waitFor(() => expect(collector.events).toHaveLength(4), patient);
    expect(collector.events.map(({ item }) => item).sort()).toEqual(["a0", "a1", "a2", "b0"]);
  });

  test("a refused retry waits as long as the server says, and repeats the same ids", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50 }));
    collector.refuse = () =>
      collector.received.length === 1 ? { status: 429, headers: { "retry-after": "1" } } : undefined;
    await track(page, "a", 3);
    await vi.waitFor(() => expect(collector.events).toHaveLength(3), patient);
    const [first, second, ...rest] = collector.received;
    expect(rest).toEqual([]);
    expect(idsOf(second!)).toEqual(idsOf(first!));
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(1000);
    expect(await problems(page)).toEqual([]);
  });

  test("without word from the server the waits grow", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50 }));
    collector.refuse = () => (collector.received.length <= 2 ? { status: 503 } : undefined);
    await track(page, "a", 1);
    await vi.waitFor(() => expect(collector.events).toHaveLength(1), patient);
    const [first, second, third] = collector.received.map(({ at }) => at);
    expect(second! - first!).toBeGreaterThanOrEqual(500);
    expect(third! - second!).toBeGreaterThanOrEqual(1000);
  });

  test("a rejected event is reported and goes; the others stay, and nothing is sent again", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50 }));
    await page.evaluate(() => {
      heed.track("click", { item: "good" });
      heed.track("click", { item: "x".repeat(300) });
      heed.track("rate", { item: "better", value: 5 });
    });
    await vi.waitFor(
      () => expect(collector.events.map(({ item }) => item)).toEqual(["good", "better"]),
      patient,
    );
    await vi.waitFor(async () => expect(await problems(page)).toHaveLength(1), patient);
    expect((await problems(page))[0]).toMatchObject({
      code: "rejected",
      events: [{ item: "x".repeat(300) }],
    });
    await track(page, "next", 1);
    await vi.waitFor(() => expect(collector.events).toHaveLength(3), patient);
    expect(collector.received).toHaveLength(2);
  });

  test("a refused batch is reported and goes; the next one is tried", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50 }));
    collector.refuse = () => (collector.received.length === 1 ? { status: 401 } : undefined);
    await track(page, "a", 2);
    await vi.waitFor(async () => expect(await problems(page)).toHaveLength(1), patient);
    expect((await problems(page))[0]).toMatchObject({
      code: "refused",
      status: 401,
      events: [{ item: "a0" }, { item: "a1" }],
    });
    await track(page, "b", 1);
    await vi.waitFor(() => expect(collector.events.map(({ item }) => item)).toEqual(["b0"]), patient);
  });

  const countingBeacons = `<script>
    const send = navigator.sendBeacon;
    navigator.sendBeacon = function (url, body) {
      const taken = send.call(navigator, url, body);
      const sizes = JSON.parse(sessionStorage.beacons ?? "[]");
      sessionStorage.beacons = JSON.stringify([...sizes, [body.size, taken]]);
      return taken;
    };
  </script>`;
  const beacons = (page: Page) =>
    page.evaluate(() => JSON.parse(sessionStorage.beacons ?? "[]") as [size: number, taken: boolean][]);

  test("what waits when the page goes is delivered by a beacon", async () => {
    const { page, collector } = await visit(countingBeacons + starting({ flushInterval: 60_000 }));
    await track(page, "a", 3);
    await page.goto(`${collector.origin}/elsewhere`);
    await vi.waitFor(() => expect(collector.events).toHaveLength(3), patient);
    expect((await beacons(page)).map(([, taken]) => taken)).toEqual([true]);
    // Nobody told the page that they arrived: the next one repeats them, and their ids make that harmless.
    await page.goto(collector.origin);
    await vi.waitFor(() => expect(collector.duplicates).toBe(3), patient);
    await vi.waitFor(async () => expect(await buffered(page)).toBe(0), patient);
    expect(collector.events).toHaveLength(3);
  });

  test("what is on its way when the page goes is not sent twice by it, and known to be in doubt", async () => {
    const { page, collector } = await visit(countingBeacons + starting({ flushInterval: 20 }));
    let release = () => {};
    collector.refuse = () =>
      new Promise((done) => {
        release = () => done(undefined);
      });
    await track(page, "a", 1);
    await vi.waitFor(() => expect(collector.received).toHaveLength(1), patient);
    await page.goto(`${collector.origin}/elsewhere`);
    release();
    await vi.waitFor(() => expect(collector.events).toHaveLength(1), patient);
    expect(collector.received).toHaveLength(1);
    expect(await beacons(page)).toEqual([]);
    const [left] = await page.evaluate(() =>
      Object.values({ ...localStorage }).filter((text) => /^\d+ {/.test(text)),
    );
    expect(Math.abs(Number.parseInt(left!, 10) - Date.now())).toBeLessThan(60_000);
  });

  test("a key goes in a header, also when the page goes", async () => {
    const { page, collector } = await visit(
      countingBeacons + starting({ flushInterval: 60_000, key: "pk_1" }),
    );
    await track(page, "a", 3);
    await page.goto(`${collector.origin}/elsewhere`);
    await vi.waitFor(() => expect(collector.events).toHaveLength(3), patient);
    expect(collector.received[0]!.headers.authorization).toBe("Bearer pk_1");
    expect(await beacons(page)).toEqual([]);
  });

  test("a server of another origin gets no cookies, and what waits when the page goes", async () => {
    const api = await openCollector("");
    const { page, collector } = await visit(starting({ flushInterval: 50, url: api.origin, key: "pk_1" }));
    await context().addCookies([{ name: "third", value: "party", url: api.origin }]);
    api.refuse = () =>
      api.received.length === 1 ? { status: 503, headers: { "retry-after": "1" } } : undefined;
    await track(page, "a", 1);
    await vi.waitFor(() => expect(api.events).toHaveLength(1), patient);
    expect(api.received[1]!.at - api.received[0]!.at).toBeGreaterThanOrEqual(1000);
    await page.evaluate(() => {
      heed.track("click", { item: "last" });
      location.href = "/elsewhere";
    });
    await page.waitForURL("**/elsewhere");
    await vi.waitFor(() => expect(api.events.map(({ item }) => item)).toEqual(["a0", "last"]), patient);
    expect(api.received.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined, undefined]);
    expect(collector.received).toEqual([]);
    await context().clearCookies();
    await api.close();
  });

  test("a page that comes back from the back/forward cache goes on", async () => {
    const { page, collector } = await visit(
      `<a href="/elsewhere">go</a><script>addEventListener("pageshow", ({ persisted }) => { window.persisted = persisted; })</script>${starting({ flushInterval: 50 })}`,
    );
    await track(page, "a", 1);
    await page.click("a");
    await page.waitForURL("**/elsewhere");
    await page.goBack({ waitUntil: "commit" });
    expect(await page.evaluate("persisted")).toBe(true);
    await track(page, "b", 1);
    await vi.waitFor(() => expect(collector.events.map(({ item }) => item)).toEqual(["a0", "b0"]), patient);
  });

  test("more than a beacon carries is split, and what the browser does not take comes with the next page", async () => {
    const { page, collector } = await visit(
      countingBeacons +
        starting({ flushInterval: 60_000, batchSize: 1000, rate: { perSecond: 500, burst: 500 } }),
    );
    await track(page, "a", 100, { text: "ü".repeat(700) });
    await page.goto(`${collector.origin}/elsewhere`);
    await vi.waitFor(async () => expect((await beacons(page)).length).toBeGreaterThan(3), patient);
    for (const [size] of await beacons(page)) expect(size).toBeLessThan(64 * 1024);
    expect((await beacons(page)).filter(([, taken]) => taken).length).toBeGreaterThanOrEqual(3);
    await page.goto(collector.origin);
    await page.evaluate(() => heed.flush());
    await vi.waitFor(() => expect(collector.events).toHaveLength(100), patient);
    expect(collector.events.map(({ item }) => item).sort()).toEqual(named("a", 100).sort());
  });

  test("a full buffer gives up the oldest and says so", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50, bufferSize: 10 }));
    await context().setOffline(true);
    await track(page, "a", 15);
    const lost = (await problems(page)).flatMap(({ code, events = [] }) =>
      events.map(({ item }) => [code, item]),
    );
    expect(lost).toEqual(named("a", 5).map((item) => ["overflow", item]));
    await context().setOffline(false);
    await vi.waitFor(() => expect(collector.events).toHaveLength(10), patient);
    expect(collector.events[0]!.item).toBe("a5");
  });

  test("the token bucket spreads a burst, and loses nothing", async () => {
    const { page, collector } = await visit(
      starting({ flushInterval: 20, batchSize: 10, rate: { perSecond: 20, burst: 10 } }),
    );
    await track(page, "a", 30);
    await vi.waitFor(() => expect(collector.events).toHaveLength(30), patient);
    const sent = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .flatMap(({ name, startTime }) => (/events$/.test(name) ? startTime : [])),
    );
    expect(sent).toHaveLength(3);
    expect(sent[1]! - sent[0]!).toBeGreaterThan(490);
    expect(sent[2]! - sent[1]!).toBeGreaterThan(490);
  });

  test("an event that a leaving page sent long ago is not sent after the server forgot its id", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50 }));
    const dated = (hours: number, id: string) =>
      `${Date.now() - hours * 3_600_000} ${JSON.stringify({ id, user: "u", action: "click", item: id })}`;
    await page.evaluate(
      (text) => localStorage.setItem("heed.queue.other", text),
      [dated(21, "old"), "not JSON", dated(19, "fresh")].join("\n"),
    );
    await page.reload();
    await vi.waitFor(() => expect(collector.events.map(({ item }) => item)).toEqual(["fresh"]), patient);
    expect(await problems(page)).toMatchObject([{ code: "expired", events: [{ item: "old" }] }]);
  });

  test("without storage, events are delivered all the same", async () => {
    const { page, collector, escaped } = await visit(starting({ flushInterval: 50 }), (page) =>
      page.addInitScript(() => {
        Object.defineProperty(window, "localStorage", {
          get() {
            throw new DOMException("blocked", "SecurityError");
          },
        });
      }),
    );
    await track(page, "a", 2);
    await vi.waitFor(() => expect(collector.events).toHaveLength(2), patient);
    expect(collector.events[0]!.user).toBe(collector.events[1]!.user);
    expect(escaped).toEqual([]);
  });
});
