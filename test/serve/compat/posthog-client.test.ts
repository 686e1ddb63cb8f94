import { PostHog, type PostHogOptions } from "posthog-node";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Compatible, said, startCompatible } from "../../support/compat.js";

let running: Compatible;
beforeAll(async () => {
  running = await startCompatible();
});
afterAll(() => running.close());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The unmodified client, and what it complained of. */
function client(key = running.keys.secret, options: PostHogOptions = {}) {
  const errors: unknown[] = [];
  const posthog = new PostHog(key, { host: running.url, fetchRetryCount: 0, ...options });
  posthog.on("error", (error) => errors.push(error));
  return { posthog, errors };
}

/** Both ways in which the client can send: the older is the default, an environment variable chooses the newer. */
describe.each(["v0", "v1"])("posthog-node, unmodified, in capture mode %s", (mode) => {
  test("captured events are kept with their properties, session and time", async () => {
    vi.stubEnv("POSTHOG_CAPTURE_MODE", mode);
    const { posthog, errors } = client();
    const distinctId = `ann-${mode}`;
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    posthog.capture({
      distinctId,
      event: "movie played",
      properties: { item_id: "heat", $session_id: "s1", minutes: 12 },
      timestamp: at(1),
    });
    posthog.capture({
      distinctId,
      event: "$pageview",
      properties: { $current_url: "https://shop.example/" },
      timestamp: at(2),
    });
    posthog.capture({ distinctId, event: "$screen", properties: { $screen_name: "Main" }, timestamp: at(3) });
    posthog.capture({
      distinctId,
      event: "Product Added",
      properties: { product_id: "p1", price: 3 },
      timestamp: at(4),
    });
    await posthog.shutdown();
    expect(errors).toEqual([]);
    const route = mode === "v0" ? "/batch" : "/i/v1/analytics/events";
    expect(running.log.some((line) => JSON.parse(line).route === route)).toBe(true);
    expect(await said(running, distinctId)).toMatchObject([
      {
        action: "movie played",
        item: "heat",
        session: "s1",
        time: at(1).toISOString(),
        context: { minutes: 12 },
      },
      { action: "view", context: { $current_url: "https://shop.example/" } },
      { action: "view", surface: "Main" },
      { action: "cart", item: "p1", value: 3 },
    ]);
  });

  test("identify, $set and $set_once become attributes and erase none; alias makes one person", async () => {
    vi.stubEnv("POSTHOG_CAPTURE_MODE", mode);
    const { posthog, errors } = client();
    const distinctId = `cleo-${mode}`;
    const anonymous = `visitor-${mode}`;
    posthog.capture({ distinctId: anonymous, event: "movie played", properties: { item_id: "alien" } });
    posthog.identify({
      distinctId,
      properties: { plan: "pro", $set_once: { first: "mail" }, $anon_distinct_id: anonymous },
    });
    await posthog.flush();
    posthog.identify({ distinctId, properties: { $set: { age: 41 }, $set_once: { first: "search" } } });
    posthog.alias({ distinctId, alias: `old-${mode}` });
    posthog.capture({ distinctId, event: "paid", properties: { $set: { paid: true }, $unset: ["plan"] } });
    await posthog.shutdown();
    expect(errors).toEqual([]);
    expect((await running.heed.getUser(distinctId))?.attributes).toEqual({
      first: "mail",
      age: 41,
      paid: true,
    });
    const { merged } = await running.heed.exportUser(distinctId);
    expect(merged).toContain(`old-${mode}`);
    expect((await said(running, distinctId)).map(({ action }) => action)).toContain("paid");
  });

  test("an event that is sent again changes nothing", async () => {
    vi.stubEnv("POSTHOG_CAPTURE_MODE", mode);
    const uuid =
      mode === "v0" ? "0194a000-0000-7000-8000-000000000001" : "0194a000-0000-7000-8000-000000000002";
    for (let attempt = 0; attempt < 2; attempt++) {
      const { posthog, errors } = client();
      posthog.capture({ distinctId: `twice-${mode}`, event: "signed up", uuid });
      await posthog.shutdown();
      expect(errors).toEqual([]);
    }
    expect((await said(running, `twice-${mode}`)).map(({ id }) => id)).toEqual([uuid]);
  });

  test("a publishable key adds events; it merges nobody and sets no attributes, and the client hears no error", async () => {
    vi.stubEnv("POSTHOG_CAPTURE_MODE", mode);
    const { posthog, errors } = client(running.keys.publishable);
    const distinctId = `page-${mode}`;
    posthog.capture({ distinctId, event: "clicked", properties: { $set: { admin: true } } });
    posthog.identify({ distinctId, properties: { admin: true } });
    posthog.alias({ distinctId: "victim", alias: distinctId });
    await posthog.shutdown();
    expect(errors).toEqual([]);
    expect(await said(running, distinctId)).toMatchObject([{ user: distinctId, action: "clicked" }]);
    expect(await running.heed.getUser(distinctId)).toBeNull();
    expect((await running.heed.exportUser("victim")).merged).toEqual([]);
  });

  test("a wrong key is an error to the client, and nothing is kept", async () => {
    vi.stubEnv("POSTHOG_CAPTURE_MODE", mode);
    const { posthog, errors } = client("phc_wrong");
    vi.spyOn(console, "error").mockImplementation(() => {}); // the client complains there, too
    posthog.capture({ distinctId: `mallory-${mode}`, event: "clicked" });
    await posthog.shutdown().catch(() => {});
    expect(errors.length).toBeGreaterThan(0);
    expect(await said(running, `mallory-${mode}`)).toEqual([]);
  });
});

describe("posthog-node, unmodified", () => {
  test("sends again when an answer is lost on its way, and each event is kept once", async () => {
    let sendings = 0;
    const { posthog } = client(running.keys.secret, {
      fetchRetryCount: 3,
      fetchRetryDelay: 10,
      async fetch(url, options) {
        const answer = await fetch(url, options as RequestInit);
        if (++sendings <= 2) throw new Error("the connection broke");
        return answer;
      },
    });
    for (const event of ["one", "two", "three"]) posthog.capture({ distinctId: "unlucky", event });
    await posthog.shutdown();
    expect(sendings).toBe(3);
    expect((await said(running, "unlucky")).map(({ action }) => action).sort()).toEqual([
      "one",
      "three",
      "two",
    ]);
  });

  test("sends gzip unless told not to, one by one or in batches, and groups and exceptions are kept", async () => {
    for (const disableCompression of [false, true]) {
      const encodings = new Set<string | undefined>();
      const { posthog, errors } = client(running.keys.secret, {
        disableCompression,
        fetch(url, options) {
          encodings.add(options.headers["Content-Encoding"]);
          return fetch(url, options as RequestInit);
        },
      });
      const distinctId = `ways-${disableCompression}`;
      await posthog.captureImmediate({ distinctId, event: "at once" });
      posthog.capture({ distinctId, event: "later", groups: { company: "acme" } });
      posthog.groupIdentify({ groupType: "company", groupKey: "acme", properties: { size: 3 }, distinctId });
      posthog.captureException(new Error("broken"), distinctId);
      await posthog.shutdown();
      expect(errors).toEqual([]);
      const events = await said(running, distinctId);
      expect(events.map(({ action }) => action).sort()).toEqual([
        "$exception",
        "$groupidentify",
        "at once",
        "later",
      ]);
      expect([...encodings]).toEqual([disableCompression ? undefined : "gzip"]);
      expect(events.find(({ action }) => action === "later")?.context).toMatchObject({
        $groups: { company: "acme" },
      });
    }
  });

  test("hears that there are no feature flags, evaluated there or by itself", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {}); // of its own older methods
    const { posthog, errors } = client();
    expect(await posthog.getAllFlags("ann")).toEqual({});
    expect(await posthog.isFeatureEnabled("new-shop", "ann")).toBeFalsy();
    await posthog.shutdown();
    const local = client(running.keys.secret, { personalApiKey: running.keys.secret });
    await local.posthog.reloadFeatureFlags();
    expect(await local.posthog.getAllFlags("ann")).toEqual({});
    await local.posthog.shutdown();
    expect([...errors, ...local.errors]).toEqual([]);
  });
});
