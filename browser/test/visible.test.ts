import type { Page } from "playwright-core";
import { describe, expect, test, vi } from "vitest";
import { missing } from "./support/chromium.js";
import type { Collector } from "./support/collector.js";
import { items, list, starting, useChromium } from "./support/sdk.js";

const observing = `<script>
  heed.observe(document.getElementById("list"), { slate: "s1", surface: "home", model: "sasrec" });
</script>`;

/**
 * Notes, from the boxes in every painted frame, the longest time each item was at least half visible: what the SDK
 * must find, measured another way.
 */
const witness = `<script>
  var longest = {}, since = {};
  requestAnimationFrame(function frame() {
    for (const element of document.querySelectorAll("[data-heed-item]")) {
      const item = element.dataset.heedItem;
      const { top, bottom, height } = element.getBoundingClientRect();
      const visible = Math.min(bottom, innerHeight) - Math.max(top, 0);
      if (visible >= height / 2 && !document.hidden) since[item] ??= performance.now();
      else delete since[item];
      if (item in since) longest[item] = Math.max(longest[item] ?? 0, performance.now() - since[item]);
    }
    requestAnimationFrame(frame);
  });
</script>`;

/** Notes when the tab is visible; \`attention()\` is the sum, in milliseconds. */
const watch = `<script>
  var times = [performance.now()];
  document.addEventListener("visibilitychange", () => times.push(performance.now()));
  function attention() {
    return times.concat(performance.now()).reduce((sum, time, i, all) => sum + (i % 2 ? time - all[i - 1] : 0), 0);
  }
</script>`;

const seen = (collector: Collector, action = "view") => collector.of(action).map(({ item }) => item);
const flush = (page: Page) => page.evaluate(() => heed.flush());
const state = (page: Page) => page.evaluate(() => document.visibilityState);
const patient = { timeout: 10_000, interval: 20 };
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

describe.skipIf(missing)(`what was seen, in Chromium${missing}`, () => {
  const { visit, context } = useChromium();

  test("a scrolling list gives exactly the items that were half visible for a second", async () => {
    const { page, collector } = await visit(
      starting({ flushInterval: 100 }) + list(items(1, 40)) + observing + witness,
    );
    const scrollTo = (top: number) => page.evaluate((y) => window.scrollTo(0, y), top);
    await vi.waitFor(() => expect(seen(collector)).toHaveLength(3), patient);
    for (let top = 200; top <= 3600; top += 200) {
      await scrollTo(top);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    }
    // i20 shows 80 of its 200 px, i23 shows 120.
    await scrollTo(3920);
    await vi.waitFor(() => expect(seen(collector)).toContain("i23"), patient);
    for (let top = 4120; top <= 7400; top += 200) {
      await scrollTo(top);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    }
    await scrollTo(0);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 1600)));
    await flush(page);

    expect(seen(collector)).toEqual(expect.arrayContaining(["i1", "i2", "i3", "i21", "i22", "i23"]));
    // Near the second itself, two ways of measuring may differ by a frame or a late callback.
    const longest = await page.evaluate<Record<string, number>>("longest");
    const between = (low: number, high: number) =>
      Object.keys(longest).filter((item) => longest[item]! > low && longest[item]! < high);
    expect(between(0, 600).length).toBeGreaterThan(20);
    expect(between(0, 900).filter((item) => seen(collector).includes(item))).toEqual([]);
    expect(seen(collector)).toEqual(expect.arrayContaining(between(1500, Number.POSITIVE_INFINITY)));
    // Once for a slate and item, although the first three were seen twice.
    expect(new Set(seen(collector)).size).toBe(seen(collector).length);
    expect(collector.of("view").find(({ item }) => item === "i22")).toMatchObject({
      slate: "s1",
      surface: "home",
      model: "sasrec",
      context: { position: 22, propensity: 0.5 },
    });
  });

  test("items that come later are seen; an element used again is its new item", async () => {
    const { page, collector } = await visit(
      starting({ flushInterval: 50, visibleTime: 300 }) + list(items(1, 1)) + observing,
    );
    await vi.waitFor(() => expect(seen(collector)).toEqual(["i1"]), patient);
    await page.evaluate(() =>
      document
        .getElementById("list")!
        .insertAdjacentHTML(
          "beforeend",
          '<li data-heed-item="late" data-heed-position="7" style="height:50px">late',
        ),
    );
    await vi.waitFor(() => expect(seen(collector)).toEqual(["i1", "late"]), patient);
    await page.evaluate(() => document.querySelector("li")!.setAttribute("data-heed-item", "reused"));
    await vi.waitFor(() => expect(seen(collector)).toEqual(["i1", "late", "reused"]), patient);
    await page.evaluate(() => document.querySelector("li")!.remove());
    await vi.waitFor(() => expect(seen(collector, "dwell")).toEqual(["i1", "reused"]), patient);
    expect(collector.of("view")[1]!.context).toEqual({ position: 7 });
  });

  test("an item taller than the window counts when it fills half of it; a transparent one does not count", async () => {
    const { page, collector } = await visit(
      `${starting({ flushInterval: 50, visibleTime: 300 })}${list(
        '<li data-heed-item="tall" style="height:5000px">tall</li>',
      )}${observing}<div data-heed-item="ghost" id="ghost" style="opacity:0;position:fixed;inset:0">ghost</div>
      <script>heed.observe(document.getElementById("ghost"))</script>`,
    );
    await vi.waitFor(() => expect(seen(collector)).toEqual(["tall"]), patient);
    await page.evaluate(() => document.getElementById("ghost")!.style.setProperty("opacity", "1"));
    await vi.waitFor(() => expect(seen(collector)).toEqual(["tall", "ghost"]), patient);
  });

  test("in a hidden tab nothing becomes seen, and dwell stands still", async () => {
    const { page, collector } = await visit(
      watch + starting({ flushInterval: 100, visibleTime: 2000 }) + list("") + observing,
    );
    const other = await context().newPage();
    const show = async () => {
      await page.bringToFront();
      await vi.waitFor(async () => expect(await state(page)).toBe("visible"), patient);
    };
    const hide = async () => {
      await other.bringToFront();
      await vi.waitFor(async () => expect(await state(page)).toBe("hidden"), patient);
    };
    const attention = () => page.evaluate<number>("attention()");

    await show();
    await page.evaluate(
      (html) => {
        document.getElementById("list")!.innerHTML = html;
        heed.dwell();
      },
      items(1, 1),
    );
    const before = await attention();
    await hide();
    await pause(2200);
    expect(seen(collector)).toEqual([]);
    await show();
    await vi.waitFor(() => expect(seen(collector)).toEqual(["i1"]), patient);
    // Two seconds in two parts, without the time between them.
    expect((await attention()) - before).toBeGreaterThan(1900);
    await hide();
    const attended = (await attention()) - before;

    const pieces = (item: string | undefined) => collector.of("dwell").filter((event) => event.item === item);
    const total = (item: string | undefined) => pieces(item).reduce((sum, { value = 0 }) => sum + value, 0);
    await vi.waitFor(() => expect(pieces("i1")).toHaveLength(1), patient);
    await vi.waitFor(() => expect(pieces(undefined)).toHaveLength(2), patient);
    expect(pieces(undefined)[0]!.context).toEqual({ page: "/" });
    // The clock of the page and of the SDK start a call apart; the list is noticed a frame later.
    expect(Math.abs(total(undefined) - attended)).toBeLessThan(500);
    expect(Math.abs(total("i1") - attended)).toBeLessThan(1000);
  });

  test("dwell pauses when nobody does anything, if asked to", async () => {
    const { page, collector } = await visit(
      `${starting({ flushInterval: 50, idleTime: 300 })}<script>heed.dwell({ item: "article" })</script>`,
    );
    await vi.waitFor(() => expect(seen(collector, "dwell")).toEqual(["article"]), patient);
    expect(collector.of("dwell")[0]!.value).toBeGreaterThanOrEqual(250);
    expect(collector.of("dwell")[0]!.value).toBeLessThan(3000);
    await page.mouse.move(5, 5);
    await vi.waitFor(() => expect(seen(collector, "dwell")).toHaveLength(2), patient);
  });

  test("clicks carry item, position and slate, also when the page goes away with them", async () => {
    const { page, collector } = await visit(
      `${starting({ flushInterval: 60_000 })}${list(items(1, 2))}
       <script>document.querySelectorAll("li")[1].innerHTML = '<a href="/elsewhere"><b id="go">go</b></a>'</script>
       ${observing}
       <script>document.getElementById("go").onclick = (event) => event.stopPropagation()</script>`,
    );
    await page.click("#go");
    await page.waitForURL("**/elsewhere");
    await vi.waitFor(() => expect(collector.of("click")).toHaveLength(1), patient);
    expect(collector.of("click")[0]).toMatchObject({
      item: "i2",
      slate: "s1",
      surface: "home",
      context: { position: 2, propensity: 0.5 },
    });
  });
});
