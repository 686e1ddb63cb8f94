import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { missing } from "./support/chromium.js";
import { useChromium } from "./support/sdk.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [, html = ""] = /```html\n([\s\S]*?)```/.exec(readme) ?? [];
const [, module = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];

describe.skipIf(missing)(`the README, in Chromium${missing}`, () => {
  const { visit } = useChromium();

  test("the page sends what the text says", async () => {
    const { page, collector, escaped } = await visit(html);
    await page.click("li");
    await vi.waitFor(() => expect(collector.of("view")).toHaveLength(1), { timeout: 10_000 });
    await page.evaluate(() => heed.flush());
    const place = { item: "1454468", slate: "r-17", surface: "home", model: "sasrec" };
    expect(collector.of("view")[0]).toMatchObject({ ...place, context: { position: 1, propensity: 0.9 } });
    expect(collector.of("click")[0]).toMatchObject(place);
    expect(collector.of("cart")[0]).toMatchObject({ item: "1454468", value: 12.5, surface: "home" });
    expect(escaped).toEqual([]);
  });

  test("the module is the same object, under its package's name", async () => {
    const { page, escaped } = await visit(
      `<script type="importmap">{ "imports": { "@heed/browser": "/index.js" } }</script>
       <script type="module">${module} window.user = heed.user();</script>`,
    );
    await page.waitForFunction("user");
    expect(await page.evaluate("user")).toMatch(/^[0-9a-f]{32}$/);
    expect(escaped).toEqual([]);
  });
});
