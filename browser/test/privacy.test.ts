import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { missing } from "./support/chromium.js";
import { items, list, starting, useChromium } from "./support/sdk.js";

const patient = { timeout: 10_000, interval: 20 };
const stored = (page: Page) =>
  page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].join());
const observing = `${list(items(1, 2))}<script>heed.observe(document, { slate: "s1" }); heed.dwell();</script>`;
const soon = { flushInterval: 50, visibleTime: 100 };

describe.skipIf(missing)(`privacy, in Chromium${missing}`, () => {
  const { visit, context } = useChromium();

  test("without consent nothing is sent and nothing stored; with it, what is seen from then on", async () => {
    const { page, collector } = await visit(
      starting({ ...soon, consent: false, captureUi: true }) + observing,
    );
    await page.evaluate(() => {
      heed.track("click", { item: "early" });
      heed.identify("ann", { token: "ut" });
    });
    await page.click("li");
    await page.reload();
    await page.click("li");
    await page.evaluate(() => {
      heed.identify("ann");
      return heed.flush();
    });
    // As long as an item needs to be seen, three times over.
    await page.waitForFunction(() => performance.now() > 400);
    expect(collector.received).toEqual([]);
    expect(await stored(page)).toBe("");
    expect(await page.evaluate(() => heed.user())).toBeUndefined();

    await page.evaluate(() => heed.consent(true));
    await vi.waitFor(() => expect(collector.of("view")).toHaveLength(2), patient);
    expect(collector.of("view")[0]!.user).toBe("ann");
    expect(collector.of("click")).toEqual([]);
    expect(await context().cookies()).toEqual([]);
  });

  test("withdrawing forgets the ids and all that waits, in every tab", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 60_000 }) + observing);
    const before = await page.evaluate(() => heed.user());
    const other = await context().newPage();
    await other.goto(collector.origin);
    await other.evaluate(() => heed.track("click", { item: "waiting" }));
    await page.evaluate(() => heed.track("click", { item: "waiting" }));
    const asked = { polling: 20 }; // A hidden tab paints no frames to ask in.
    await page.waitForFunction(() => Object.keys(localStorage).length === 4, undefined, asked);
    await page.evaluate(() => heed.consent(false));
    expect(await stored(page)).toBe("");
    await other.waitForFunction(() => heed.user() === undefined, undefined, asked);
    await other.evaluate(() => heed.track("click", { item: "later" }));
    await page.reload();
    await page.evaluate(() => heed.flush());
    expect(collector.events.filter(({ action }) => action === "click")).toEqual([]);
    // This page starts with consent, so it is somebody new.
    expect(await page.evaluate(() => heed.user())).not.toBe(before);
  });

  test("consent once given is remembered; a person stays the same, until reset", async () => {
    const { page } = await visit('<script src="/heed.js"></script><script>heed.init({ url: "" })</script>');
    expect(await page.evaluate(() => heed.user())).toBeUndefined();
    await page.evaluate(() => heed.consent(true));
    const user = await page.evaluate(() => heed.user());
    expect(user).toMatch(/^[0-9a-f]{32}$/);
    await page.reload();
    expect(await page.evaluate(() => heed.user())).toBe(user);
    await page.evaluate(() => heed.reset());
    expect(await page.evaluate(() => heed.user())).toMatch(/^[0-9a-f]{32}$/);
    expect(await page.evaluate(() => heed.user())).not.toBe(user);
  });

  test("Global Privacy Control is a refusal, where the page honours it", async () => {
    const signal = (page: Page) =>
      page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
    const honouring = await visit(starting({ ...soon, honourPrivacySignals: true }) + observing, signal);
    await honouring.page.evaluate(() => {
      heed.consent(true);
      heed.track("click");
      return heed.flush();
    });
    expect(honouring.collector.received).toEqual([]);
    expect(await stored(honouring.page)).toBe("");
    const other = await visit(starting(soon) + observing, signal);
    await vi.waitFor(() => expect(other.collector.of("view")).toHaveLength(2), patient);
  });

  test("a user token merges the anonymous id, once, although the server was busy", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50, key: "pk_1" }));
    const merges = () => collector.received.filter(({ path }) => path.includes("/merge"));
    collector.refuse = ({ path }) =>
      path.includes("/merge") && merges().length === 1 ? { status: 503 } : undefined;
    const anonymous = await page.evaluate(() => heed.user());
    await page.evaluate(() => heed.identify("ann/ü", { token: "ut_1" }));
    await page.evaluate(() => heed.track("click", { item: "a" }));
    await vi.waitFor(() => expect(merges()).toHaveLength(2), patient);
    for (const { path, headers, body } of merges()) {
      expect(path).toBe("/v1/users/ann%2F%C3%BC/merge");
      expect(headers.authorization).toBe("Bearer ut_1");
      expect(JSON.parse(body)).toEqual({ anonymous });
    }
    await vi.waitFor(() => expect(collector.events[0]?.user).toBe("ann/ü"), patient);
    await page.waitForFunction(() => localStorage.getItem("heed.id")!.includes("merged"));
    await page.reload();
    await page.evaluate(() => heed.identify("ann/ü", { token: "ut_2" }));
    // Somebody else at the same browser gets an anonymous id of their own.
    await page.evaluate(() => heed.identify("bob", { token: "ut_3" }));
    await vi.waitFor(() => expect(merges()).toHaveLength(3), patient);
    expect(merges()[2]!.path).toBe("/v1/users/bob/merge");
    expect(JSON.parse(merges()[2]!.body).anonymous).not.toBe(anonymous);
    expect(collector.received.some(({ body }) => body.includes("ut_"))).toBe(false);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("ut_");
  });

  const form = `<form id="pay" aria-label="Pay"><main>
    <label>Password <input id="p1" type="password" data-heed-capture></label>
    <label>Shown <input id="p2" type="password" data-heed-capture></label>
    <label>Card <input id="c1" autocomplete="section-a cc-number" data-heed-capture></label>
    <label>Code <input id="c2" name="cvv" data-heed-capture></label>
    <label>Once <input id="c3" autocomplete="one-time-code" data-heed-capture></label>
    <label>Free <input id="f1" data-heed-capture></label>
    <label>Plain <input id="t1"></label>
    <textarea id="t2" aria-label="Text"></textarea>
    <div id="t3" contenteditable role="textbox">typed before </div>
    <div data-heed-private><input id="v1" data-heed-capture aria-label="SECRET-label"><button type="button" id="v2">SECRET-button</button></div>
    <button type="button" id="b1">Hello <span data-heed-private>SECRET-name</span></button>
    <fieldset data-heed-capture><label>Topic <input id="o1"></label><label><input id="o2" type="checkbox">Agree</label>
      <label>Size <select id="o3"><option value="s">S</option><option value="m">M</option></select></label></fieldset>
    <input type="hidden" name="id" value="SECRET-id">
    <p id="text">nothing to press</p><button>Send</button></main></form>
    <script>
      document.getElementById("pay").addEventListener("submit", (event) => event.preventDefault());
      document.getElementById("p2").addEventListener("input", ({ target }) => { target.type = "text"; });
    </script>`;

  async function fillIn(page: Page): Promise<void> {
    for (const id of ["p1", "p2", "c1", "c2", "c3", "t1", "t2", "t3", "v1"])
      await page.locator(`#${id}`).pressSequentially(`SECRET-${id}`);
    await page.locator("#f1").pressSequentially("4111 1111 1111 1111");
    await page.locator("#o1").pressSequentially("jazz");
    await page.check("#o2");
    await page.selectOption("#o3", "m");
    for (const id of ["v2", "b1", "text"]) await page.click(`#${id}`);
    await page.click("text=Send");
  }

  test("what is done to the page is not recorded unless asked for", async () => {
    const { page, collector } = await visit(starting(soon) + form);
    await fillIn(page);
    await page.evaluate(() => heed.flush());
    expect(collector.received).toEqual([]);
  });

  test("recorded controls have role, name and selector; secrets and typed text never leave", async () => {
    const { page, collector } = await visit(starting({ flushInterval: 50, captureUi: true }) + form);
    await fillIn(page);
    await page.evaluate(() => heed.flush());
    const bodies = collector.received.map(({ body }) => body).join("\n");
    expect(bodies).not.toMatch(/SECRET|4111|typed before/);
    const recorded = collector.of("ui").map(({ context }) => context!);
    const of = (event: string, selector: string) =>
      recorded.filter((context) => context.event === event && context.selector === selector);
    expect(of("input", "#p1")).toEqual([
      { event: "input", role: "textbox", name: "Password", selector: "#p1" },
    ]);
    for (const id of ["p1", "p2", "c1", "c2", "c3", "f1", "t1", "t2"]) {
      expect(of("change", `#${id}`)).toHaveLength(1);
      expect(of("change", `#${id}`)[0]).not.toHaveProperty("value");
    }
    expect(of("change", "#o1")[0]).toMatchObject({ value: "jazz", name: "Topic" });
    expect(of("change", "#o2")[0]).toMatchObject({ value: true, name: "Agree", role: "checkbox" });
    expect(of("change", "#o3")[0]).toMatchObject({ value: "m", name: "Size", role: "combobox" });
    expect(of("click", "#b1")).toEqual([{ event: "click", role: "button", name: "Hello", selector: "#b1" }]);
    expect(of("click", "#text")).toEqual([{ event: "click", role: "p", selector: "#text" }]);
    expect(of("submit", "#pay")).toEqual([{ event: "submit", role: "form", name: "Pay", selector: "#pay" }]);
    expect(of("click", "#pay>main>button:nth-of-type(2)")).toMatchObject([{ name: "Send", role: "button" }]);
    expect(recorded.some(({ selector }) => /v1|v2/.test(String(selector)))).toBe(false);
  });

  test("nothing it is given makes it throw into the page", async () => {
    const { page, collector, escaped } = await visit(`<script src="/heed.js"></script><script>
      heed.track("click"); heed.observe(document)(); heed.dwell()(); heed.identify("x"); heed.consent(true); heed.reset();
      heed.init();
      var codes = [];
      heed.init({ url: "", consent: true, onError({ code }) { codes.push(code); throw new Error("the page's own"); } });
      const loop = {}; loop.self = loop;
      heed.track("click", { context: loop });
      heed.track("click", { value: 1n });
      heed.observe(null);
      heed.observe("#list");
      heed.identify(undefined, null);
      heed.track("click", { context: { text: "x".repeat(61000) } });
      heed.track("click", { item: 7 });
    </script>`);
    await page.evaluate(() => heed.flush());
    expect(collector.events.map(({ item }) => item)).toEqual(["7"]);
    expect(await page.evaluate<string[]>("codes")).toEqual([
      "internal",
      "internal",
      "internal",
      "internal",
      "internal",
      "too-large",
    ]);
    await page.evaluate(() => heed.shutdown());
    await page.evaluate(() => heed.track("click", { item: "after" }));
    await page.evaluate(() => heed.flush());
    expect(collector.events).toHaveLength(1);
    expect(escaped).toEqual([]);
  });
});
