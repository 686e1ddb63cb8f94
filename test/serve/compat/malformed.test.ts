import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { incomingEventSchema } from "../../../src/events/index.js";
import { findFlaw } from "../../../src/serve/http/json.js";
import { itemSchema, userSchema } from "../../../src/serve/http/schemas.js";
import { compatibility, type Heed, openHeed } from "../../../src/serve/index.js";
import { openStore } from "../../../src/store/index.js";
import { temporaryFolder } from "../../support/cli.js";
import { asRoutes, foreignRoutes } from "../../support/foreign-routes.js";
import { exampleWorld, start } from "../../support/http.js";
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

/** What a request may be told; every other status is a defect. 501 is said of deleting feedback alone. */
const allowed = [200, 400, 404, 405, 409, 413, 415, 501];

async function attack(heed: Heed, count: number, seed: number): Promise<void> {
  const running = await start(heed, { limits: { rates }, extend: compatibility(heed) });
  const requests = fc
    .sample(malformedRequests(asRoutes(foreignRoutes)), { seed, numRuns: count * 2 })
    .filter(({ path }) => path !== "/v1/events")
    .slice(0, count);
  const seen = new Map<number, number>();
  const failures: string[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let place = next++; place < requests.length; place = next++) {
        const { method, path, type, body: made } = requests[place]!;
        // An id of its own for each, or all but the first would be duplicates.
        const body = Buffer.from(made.toString("latin1").replace(/"(m1|u1)"/g, `"$1-${place}"`), "latin1");
        const isPacked = place % 7 === 0 && body.length > 0 && !path.startsWith("/api");
        const { status, text } = await running.ask(path, {
          method,
          body: isPacked ? gzipSync(body) : body,
          headers: { "content-type": type, ...(isPacked && { "content-encoding": "gzip" }) },
        });
        seen.set(status, (seen.get(status) ?? 0) + 1);
        const isSound =
          allowed.includes(status) && (status !== 501 || /^DELETE .*feedback/.test(`${method} ${path}`));
        const isTold = status < 400 || (text.length > 10 && !/\bat .*:\d+:\d+/.test(text));
        if (!isSound || !isTold)
          failures.push(
            `${method} ${path.slice(0, 200)} ${body.toString("latin1").slice(0, 300)} -> ${status} ${text.slice(0, 300)}`,
          );
      }
    }),
  );
  expect(failures).toEqual([]);
  expect([...seen.values()].reduce((a, b) => a + b)).toBe(count);
  expect(seen.get(200)).toBeGreaterThan(count / 10);
  expect(seen.get(400)).toBeGreaterThan(count / 10);

  const { events } = await heed.readEvents({ limit: 100_000 });
  expect(events.length).toBeGreaterThan(count / 50);
  for (const one of events) {
    const { project: _, received: __, skew: ___, ...event } = { ...one };
    expect(incomingEventSchema.safeParse(event).error).toBeUndefined();
    expect(findFlaw(event)).toBeNull();
  }
  for (const item of (await heed.listItems({ limit: 100_000 })).items) {
    expect(itemSchema.safeParse(item).error).toBeUndefined();
    expect(findFlaw(item)).toBeNull();
  }
  for (const user of (await heed.listUsers({ limit: 100_000 })).users) {
    expect(userSchema.safeParse(user).error).toBeUndefined();
    expect(findFlaw(user)).toBeNull();
  }
  expect(Object.keys(Object.getPrototypeOf({}))).toEqual([]);
  expect((await running.ask("/healthz")).status).toBe(200);
  await running.close();
}

describe("malformed requests never crash it, never fail inside and never store a wrong row", () => {
  test("4,000 over a Heed in memory", { timeout: 180_000 }, async () =>
    attack(await exampleWorld(), 4_000, 20260106),
  );

  test("600 over the real store", { timeout: 120_000 }, async () =>
    attack(await openHeed({ store: await openStore(temporaryFolder()) }), 600, 20260107),
  );
});
