import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKey } from "../../../src/serve/index.js";
import { type Compatible, said, startCompatible } from "../../support/compat.js";
import type { Asked } from "../../support/http.js";

let running: Compatible;
beforeAll(async () => {
  running = await startCompatible();
  const items = ["a", "b", "c", "d"].map((ItemId, i) => ({
    ItemId,
    Categories: i % 2 === 0 ? ["even", "all"] : ["odd", "all"],
    Timestamp: `2022-01-0${i + 1}`,
    Comment: `Film ${ItemId}`,
  }));
  expect((await ask("/items", { body: items })).body).toEqual({ RowAffected: 4 });
  const feedback = ["a", "b", "b"].map((ItemId, i) => ({ FeedbackType: "view", UserId: `user${i}`, ItemId }));
  expect((await ask("/feedback", { body: feedback })).body).toEqual({ RowAffected: 3 });
});
afterAll(() => running.close());

function ask(path: string, asked: Asked = {}) {
  const headers = { "x-api-key": running.keys.secret, ...asked.headers };
  return running.ask(`/api${path}`, { ...asked, headers });
}

const ids = (body: { Id: string }[]) => body.map(({ Id }) => Id);

describe("Gorse's REST API, beyond its client", () => {
  test("lists by name, category, offset and without what somebody read; with a slash at the end or without", async () => {
    for (const path of ["/popular", "/popular/", "/non-personalized/popular"])
      expect((await ask(path)).body).toEqual([
        { Id: "b", Score: 2 },
        { Id: "a", Score: 1 },
      ]);
    expect(ids((await ask("/popular?user-id=user1")).body)).toEqual(["a"]);
    expect(ids((await ask("/popular/even")).body)).toEqual(["a"]);
    for (const path of ["/latest", "/non-personalized/latest/"])
      expect(ids((await ask(path)).body)).toEqual(["d", "c", "b", "a"]);
    expect(ids((await ask("/latest?n=2&offset=1")).body)).toEqual(["c", "b"]);
    expect(ids((await ask("/latest?category=all&category=odd")).body)).toEqual(["d", "b"]);
    expect((await ask("/latest?n=0")).body).toEqual([]);
    expect((await ask("/latest?offset=5000")).body).toEqual([]);
    const missing = await ask("/non-personalized/trending");
    expect([missing.status, missing.text]).toEqual([404, expect.stringContaining("trending not found")]);
  });

  test("recommend answers scores to its second version, and one category at a time", async () => {
    const { body } = await ask("/recommend/newcomer?n=2", { headers: { "x-api-version": "2" } });
    expect(body).toEqual([
      { Id: "b", Score: expect.any(Number) },
      { Id: "a", Score: expect.any(Number) },
    ]);
    expect((await ask("/recommend/newcomer?category=odd")).body).toEqual(["b", "d"]);
    expect((await ask("/recommend/newcomer?category=odd&category=all")).status).toBe(400);
  });

  test("write-back is feedback about what was shown, and names the answer it came from", async () => {
    const { body } = await ask("/recommend/reader?n=1&write-back-type=read&write-back-delay=10m");
    const events = await said(running, "reader");
    const written = events.find(({ action }) => action === "read");
    expect(written).toMatchObject({ item: body[0], slate: expect.any(String) });
    expect((await ask("/recommend/reader")).body).not.toContain(body[0]);
    const { key } = createKey(running.home, { kind: "secret", scopes: ["decide"] });
    await expect
      .poll(async () => (await ask("/recommend/x", { headers: { "x-api-key": key } })).status, {
        timeout: 3_000,
      })
      .toBe(200);
    expect((await ask("/recommend/x?write-back-type=read", { headers: { "x-api-key": key } })).status).toBe(
      403,
    );
  });

  test("searches items, and changes only what a patch names", async () => {
    const { body } = await ask("/items?q=film");
    expect(body.Cursor).toBe("");
    expect(body.Items.map(({ ItemId }: { ItemId: string }) => ItemId).sort()).toEqual(["a", "b", "c", "d"]);
    await ask("/item/d", { method: "PATCH", body: { IsHidden: true } });
    expect((await ask("/item/d")).body).toEqual({
      ItemId: "d",
      IsHidden: true,
      Categories: ["odd", "all"],
      Timestamp: "2022-01-04T00:00:00Z",
      Labels: null,
      Comment: "Film d",
    });
    await ask("/item/d", { method: "PATCH", body: { IsHidden: false, Timestamp: "2022-01-04 12:30:00" } });
    expect((await ask("/item/d")).body).toMatchObject({ IsHidden: false, Timestamp: "2022-01-04T12:30:00Z" });
    expect((await ask("/item/nothing", { method: "PATCH", body: {} })).status).toBe(404);
  });

  test("labels of an inserted user leave attributes of other origin alone", async () => {
    await running.heed.putUsers([{ user: "known", attributes: { plan: "pro" } }]);
    await ask("/user", { body: { UserId: "known", Labels: { city: "Oslo" } } });
    expect((await running.heed.getUser("known"))?.attributes).toMatchObject({ plan: "pro", city: "Oslo" });
    await ask("/user", { body: { UserId: "known" } });
    expect((await running.heed.getUser("known"))?.attributes).toEqual({ plan: "pro" });
  });

  test("feedback labels and comments come back; of a bad list the answer names the bad one", async () => {
    const told = {
      FeedbackType: "rate",
      UserId: "critic",
      ItemId: "a",
      Value: 4.5,
      Labels: { device: "tv" },
      Comment: "fine",
    };
    await ask("/feedback", { method: "PUT", body: [{ ...told, Timestamp: "2022-01-01T00:00:00Z" }] });
    expect((await ask("/feedback/rate/critic/a")).body).toMatchObject({
      ...told,
      Timestamp: "2022-01-01T00:00:00Z",
    });
    expect((await ask("/feedback/critic/a")).body).toHaveLength(1);
    const bad = await ask("/feedback", { body: [told, { ...told, UserId: "" }] });
    expect([bad.status, bad.text]).toEqual([400, expect.stringContaining("1.UserId")]);
    const large = await ask("/feedback", { body: [{ ...told, Labels: "x".repeat(20_000) }] });
    expect([large.status, large.text]).toEqual([400, expect.stringContaining("1 of 1 were refused")]);
    expect(await said(running, "critic")).toHaveLength(1);
  });

  test("refuses what is malformed as plain text", async () => {
    for (const [path, asked] of [
      ["/latest?n=many", {}],
      ["/user", { body: "{" }],
      ["/user", { body: { UserId: 7 } }],
      ["/users", { body: {} }],
      ["/item", { body: { ItemId: "x", Timestamp: "someday" } }],
    ] as [string, Asked][]) {
      const { status, headers } = await ask(path, asked);
      expect([path, status]).toEqual([path, 400]);
      expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
    }
  });
});
