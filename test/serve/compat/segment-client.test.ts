import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Compatible, said, startCompatible } from "../../support/compat.js";

let running: Compatible;
beforeAll(async () => {
  running = await startCompatible();
});
afterAll(() => running.close());

/** The unmodified client; errors of delivery are collected. */
function client(writeKey = running.keys.secret) {
  const errors: unknown[] = [];
  const analytics = new Analytics({ writeKey, host: running.url, maxRetries: 0 });
  analytics.on("error", (error) => errors.push(error));
  return { analytics, errors };
}

describe("@segment/analytics-node, unmodified", () => {
  test("track, page, screen and group become events; nobody else's are touched", async () => {
    const { analytics, errors } = client();
    analytics.track({
      userId: "ann",
      event: "Report Shared",
      properties: { sku: "r1", via: "mail", deep: { a: [1] } },
    });
    analytics.page({ userId: "ann", name: "Home", properties: { url: "https://shop.example/" } });
    analytics.screen({ userId: "ann", name: "Main" });
    analytics.group({ userId: "ann", groupId: "acme", traits: { employees: 20 } });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    const events = await said(running, "ann");
    expect(events.map(({ action }) => action).sort()).toEqual(["Report Shared", "group", "view", "view"]);
    expect(events.find(({ action }) => action === "Report Shared")).toMatchObject({
      item: "r1",
      context: {
        sku: "r1",
        via: "mail",
        deep: { a: [1] },
        sender: { library: { name: "@segment/analytics-node" } },
      },
    });
    expect(
      events
        .filter(({ action }) => action === "view")
        .map(({ surface }) => surface)
        .sort(),
    ).toEqual(["Home", "Main"]);
    expect(events.find(({ action }) => action === "group")).toMatchObject({
      context: { groupId: "acme", traits: { employees: 20 } },
    });
    expect((await running.heed.getUser("ann"))?.attributes).toEqual({ group: "acme" });
    expect(await said(running, "bob")).toEqual([]);
  });

  test("ecommerce events become Heed's actions", async () => {
    const { analytics, errors } = client();
    const userId = "buyer";
    const products = [
      { product_id: "p1", price: 10, quantity: 2, position: 2 },
      { sku: "p2", price: 5, position: 1 },
    ];
    let second = 0;
    const track = (event: string, properties: Record<string, unknown>) =>
      analytics.track({
        userId,
        event,
        properties,
        messageId: event,
        timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, second++)),
      });
    track("Products Searched", { query: "blue shoes" });
    track("Product List Viewed", { list_id: "shoes", products });
    track("Product Clicked", { product_id: "p1", list_id: "shoes" });
    track("Product Viewed", { product_id: "p1", price: 10 });
    track("Product Added", { product_id: 17, price: "3.5" });
    track("Product Reviewed", { product_id: "p1", rating: 4 });
    track("Product Removed", { product_id: "p1" });
    track("Order Completed", { order_id: "o1", total: 25, coupon: "JAN", products });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    const events = await said(running, userId);
    expect(
      events.map(({ action, item, value, query, surface }) => ({ action, item, value, query, surface })),
    ).toEqual([
      { action: "query", query: "blue shoes" },
      { action: "impression", surface: "shoes" },
      { action: "click", item: "p1", surface: "shoes" },
      { action: "view", item: "p1", value: 10 },
      { action: "cart", item: "17", value: 3.5 },
      { action: "rate", item: "p1", value: 4 },
      { action: "Product Removed", item: "p1" },
      { action: "purchase", item: "p1", value: 20 },
      { action: "purchase", item: "p2", value: 5 },
    ]);
    expect(events[1]!.items).toEqual([
      { item: "p2", position: 1, propensity: 1 },
      { item: "p1", position: 2, propensity: 1 },
    ]);
    expect(events.slice(7).map(({ context }) => context)).toMatchObject([
      { order_id: "o1", total: 25, coupon: "JAN", product: products[0] },
      { order_id: "o1", product: products[1] },
    ]);
    expect(events[8]!.context).not.toHaveProperty("total");
    expect((await running.heed.popular()).some(({ item }) => item === "p1")).toBe(true);
  });

  test("traits are added to what is known; both ids in identify, and alias, are one person", async () => {
    const { analytics, errors } = client();
    analytics.track({ anonymousId: "visitor-1", event: "Product Viewed", properties: { product_id: "p9" } });
    analytics.track({ anonymousId: "visitor-2", event: "Product Viewed", properties: { product_id: "p8" } });
    await analytics.flush();
    expect(await said(running, "visitor-1")).toMatchObject([{ user: "visitor-1", item: "p9" }]);
    analytics.identify({
      userId: "cleo",
      anonymousId: "visitor-1",
      traits: { plan: "pro", address: { city: "Oslo" } },
    });
    await analytics.flush();
    analytics.identify({ userId: "cleo", traits: { age: 41, tags: ["a", 2] } });
    analytics.alias({ previousId: "visitor-2", userId: "cleo" });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    expect((await running.heed.getUser("cleo"))?.attributes).toEqual({
      plan: "pro",
      "address.city": "Oslo",
      age: 41,
      tags: ["a", "2"],
    });
    expect((await said(running, "cleo")).map(({ item }) => item).sort()).toEqual(["p8", "p9"]);
    expect((await running.heed.exportUser("cleo")).merged.sort()).toEqual(["visitor-1", "visitor-2"]);
  });

  test("a message that is sent again changes nothing", async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const { analytics, errors } = client();
      analytics.track({ userId: "twice", event: "Signed Up", messageId: "message-1" });
      analytics.track({
        userId: "twice",
        event: "Order Completed",
        messageId: "message-2",
        properties: { products: [{ product_id: "a" }, { product_id: "b" }] },
      });
      await analytics.closeAndFlush();
      expect(errors).toEqual([]);
    }
    expect((await said(running, "twice")).map(({ id }) => id).sort()).toEqual([
      "message-1",
      "message-2",
      "message-2#2",
    ]);
  });

  test("it sends again when an answer is lost on its way, and each message is kept once", async () => {
    let sendings = 0;
    const analytics = new Analytics({
      writeKey: running.keys.secret,
      host: running.url,
      maxRetries: 3,
      async httpClient(url, options) {
        const answer = await fetch(url, options as RequestInit);
        if (++sendings === 1) throw new Error("the connection broke");
        return answer;
      },
    });
    for (const event of ["one", "two"]) analytics.track({ userId: "unlucky", event });
    await analytics.closeAndFlush();
    expect(sendings).toBe(2);
    expect((await said(running, "unlucky")).map(({ action }) => action).sort()).toEqual(["one", "two"]);
  });

  test("a publishable write key adds events; it merges nobody and writes no traits, and the client hears no error", async () => {
    const { analytics, errors } = client(running.keys.publishable);
    analytics.track({ anonymousId: "page-1", event: "Product Viewed", properties: { product_id: "p1" } });
    analytics.identify({ userId: "ann", anonymousId: "page-1", traits: { admin: true } });
    analytics.alias({ previousId: "page-1", userId: "ann" });
    analytics.group({ userId: "page-1", groupId: "acme" });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    expect((await said(running, "page-1")).map(({ action }) => action).sort()).toEqual(["group", "view"]);
    expect((await running.heed.exportUser("ann")).merged).toEqual([]);
    expect((await running.heed.getUser("ann"))?.attributes).not.toHaveProperty("admin");
    expect(await running.heed.getUser("page-1")).toBeNull();
  });

  test("a wrong write key is an error to the client, and nothing is kept", async () => {
    const { analytics, errors } = client("wrong");
    analytics.track({ userId: "mallory", event: "Signed Up" });
    await analytics.closeAndFlush();
    expect(errors).toHaveLength(1);
    expect(await said(running, "mallory")).toEqual([]);
  });

  test("without keys, on this machine, any write key is taken", async () => {
    const open = await startCompatible({ open: true });
    const analytics = new Analytics({ writeKey: "whatever", host: open.url, maxRetries: 0 });
    const errors: unknown[] = [];
    analytics.on("error", (error) => errors.push(error));
    analytics.identify({ userId: "ann", traits: { plan: "pro" } });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    expect((await open.heed.getUser("ann"))?.attributes).toEqual({ plan: "pro" });
    await open.close();
  });
});
