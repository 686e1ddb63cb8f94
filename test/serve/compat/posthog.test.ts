import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Compatible, said, startCompatible } from "../../support/compat.js";

let running: Compatible;
beforeAll(async () => {
  running = await startCompatible();
});
afterAll(() => running.close());

describe("PostHog's capture API", () => {
  test("each path takes a single event, with a slash at its end or without", async () => {
    for (const path of ["/capture", "/e", "/i/v0/e", "/track", "/batch"])
      for (const url of [path, `${path}/`]) {
        const body = { api_key: running.keys.publishable, event: "went", distinct_id: "paths", uuid: url };
        const { status, body: answer } = await running.ask(url, { body });
        expect([url, status, answer]).toEqual([url, 200, { status: "Ok" }]);
      }
    expect(await said(running, "paths")).toHaveLength(10);
  });

  test("reads what browsers send: a list, a form in base64, gzip by the query; the key is not kept", async () => {
    const { publishable: token } = running.keys;
    const event = (distinct_id: string) => ({
      event: "$autocapture",
      properties: { distinct_id, token, $el_text: "Buy" },
    });
    const list = JSON.stringify([event("list")]);
    expect((await running.ask("/e/", { body: list, headers: { "content-type": "text/plain" } })).status).toBe(
      200,
    );
    const form = `data=${encodeURIComponent(Buffer.from(JSON.stringify(event("form"))).toString("base64"))}`;
    const asForm = { "content-type": "application/x-www-form-urlencoded" };
    expect((await running.ask("/e/?compression=base64", { body: form, headers: asForm })).status).toBe(200);
    const packed = gzipSync(JSON.stringify([event("packed")]));
    const answer = await running.ask("/e/?compression=gzip-js", {
      body: packed,
      headers: { "content-type": "text/plain" },
    });
    expect(answer.status).toBe(200);
    for (const user of ["list", "form", "packed"])
      expect(await said(running, user)).toMatchObject([
        { action: "ui", context: { $el_text: "Buy", distinct_id: user } },
      ]);
    expect(JSON.stringify(await said(running, "list"))).not.toContain("heed_pk_");
  });

  test("what is no gzip, too large, or otherwise compressed is refused", async () => {
    const { secret } = running.keys;
    const ask = (body: Buffer, path = "/batch/?compression=gzip") =>
      running.ask(path, { body, headers: { authorization: `Bearer ${secret}` } });
    expect((await ask(Buffer.from("{}"))).status).toBe(400);
    expect((await ask(gzipSync(Buffer.alloc(20_000_000)))).status).toBe(413);
    expect((await ask(Buffer.from("{}"), "/batch/?compression=lz64")).status).toBe(415);
  });

  test("of a batch the good events are kept; the newer form answers for each", async () => {
    const { secret } = running.keys;
    const batch = [
      { uuid: "u1", event: "went", distinct_id: "mixed" },
      { uuid: "u2", event: "went" },
    ];
    const old = await running.ask("/batch/", { body: { api_key: secret, batch } });
    expect(old).toMatchObject({
      status: 200,
      body: { status: "Ok", rejected: [{ index: 1, path: "distinct_id" }] },
    });
    const headers = { authorization: `Bearer ${secret}` };
    const young = await running.ask("/i/v1/analytics/events", { body: { batch }, headers });
    expect(young.body.results).toMatchObject({ u1: { result: "ok" }, u2: { result: "drop" } });
    expect(await said(running, "mixed")).toHaveLength(1);
    const nothing = await running.ask("/batch/", { body: { api_key: secret, batch: [batch[1]] } });
    expect(nothing).toMatchObject({ status: 400, body: { type: "validation_error" } });
  });

  test("an offset stands for the time where there is none", async () => {
    const before = Date.now();
    await running.ask("/e/", {
      body: { api_key: running.keys.publishable, event: "went", distinct_id: "offset", offset: 60_000 },
    });
    const [event] = await said(running, "offset");
    expect(Date.parse(event!.time)).toBeGreaterThanOrEqual(before - 61_000);
    expect(Date.parse(event!.time)).toBeLessThanOrEqual(Date.now() - 60_000);
  });

  test("without a key nothing is taken and nothing told", async () => {
    for (const path of ["/batch/", "/flags/?v=2", "/decide/?v=3"]) {
      const { status, body } = await running.ask(path, { body: { event: "went", distinct_id: "nobody" } });
      expect([path, status, body.type]).toEqual([path, 401, "authentication_error"]);
    }
    const { status, body } = await running.ask("/decide/?v=3", { body: { token: running.keys.publishable } });
    expect([status, body.featureFlags]).toEqual([200, {}]);
  });
});
