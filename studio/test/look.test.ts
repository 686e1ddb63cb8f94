import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { missing, openBrowser, openPage, type StudioServer, upWithDemo } from "./support/studio";

let browser: Browser;
let demo: StudioServer;

async function open(path: string): Promise<Page> {
  const { page, complaints } = await openPage(browser);
  onTestFinished(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(`${demo.url}/studio${path}`);
  return page;
}

/** Asks for a list for somebody and clicks its first item. */
async function showAndClick(user: string): Promise<{ request: string; item: string }> {
  const answer = await fetch(`${demo.url}/v1/recommend/${user}?limit=5`);
  const { request, items } = (await answer.json()) as { request: string; items: { item: string }[] };
  const { item } = items[0]!;
  await demo.send({ user, action: "click", item, slate: request, surface: "home" });
  return { request, item };
}

describe.skipIf(missing)(`looking at the demo data, in Chromium${missing}`, () => {
  beforeAll(async () => {
    [browser, demo] = await Promise.all([openBrowser(), upWithDemo()]);
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await demo.close();
  });

  test("the overview counts the demo's ratings, names the model in charge and warns that there are no keys", async () => {
    await showAndClick("1");
    const page = await open("/");
    await page.getByText("rate 100,000").waitFor();
    await page
      .getByText(/^(markov|item-knn|popular|sasrec)$/)
      .first()
      .waitFor();
    await page.getByText("no-keys").waitFor();
    await page.locator(".chart svg").first().waitFor();
    const home = page.getByRole("row", { name: /home/ });
    await home.getByText("20.0 %").waitFor({ timeout: 20_000 }); // one of five shown items was clicked
  });

  test("an event appears in the list and in the rate without a reload, and opens as a whole record", async () => {
    const page = await open("/events");
    await page.getByText("1,000 of 1,000 loaded").waitFor();
    await demo.send({
      id: "live-1",
      user: "somebody-live",
      action: "purchase",
      item: "heat",
      value: 12.5,
      context: { device: "tv" },
    });
    await page.getByText("somebody-live").click();
    const dialog = page.getByRole("dialog");
    for (const text of ["live-1", "purchase", "12.5", '"device": "tv"', "received"])
      await dialog.getByText(text).first().waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByText(/^0\.[1-9]$/).waitFor();
  });

  test("filters narrow the tail; older events are read back, and only what is in sight is drawn", async () => {
    const page = await open("/events");
    await page.getByText("1,000 of 1,000 loaded").waitFor();
    for (const loaded of ["2,000", "3,000"]) {
      await page.getByRole("button", { name: "Read older events" }).click();
      await page.getByText(new RegExp(`of ${loaded} loaded`)).waitFor();
    }
    expect(
      await page
        .getByRole("region", { name: /^Events/ })
        .getByRole("listitem")
        .count(),
    ).toBeLessThan(60);
    await page.getByLabel("Action").selectOption("rate");
    await page.getByLabel("User").fill("nobody-of-that-name");
    await page.getByText("No loaded event fits the filters").waitFor();
  });

  test("a rejected event stands there with its reason, its value and how to mend the sender", async () => {
    await demo.send([{ user: "ann", action: "click", time: "yesterday" }]);
    const page = await open("/events?list=rejected");
    await page.getByText('"yesterday"').first().waitFor();
    await page
      .getByText(/How to fix the sender: Send the time as RFC 3339/)
      .first()
      .waitFor();
    await demo.send([{ user: "ann", action: "click", colour: "red" }]);
    await page.getByText(/Put fields of your own into context/).waitFor(); // without a reload
  });

  test("an item shows its attributes, neighbours, and exposure and outcome by position", async () => {
    const { item } = await showAndClick("2");
    const page = await open(`/items?item=${item}`);
    await page.getByRole("heading", { name: "Neighbours" }).waitFor();
    await page.getByText("categories", { exact: true }).waitFor();
    const table = page.getByRole("table");
    await table.getByRole("row", { name: /^1 / }).waitFor({ timeout: 20_000 });
    await table.getByText("click").waitFor();
    await page.getByText("Cold items and their exploration budget").waitFor();
  });

  test("an item is found by its words, by keyboard", async () => {
    const page = await open("/items");
    await page.getByLabel("Words of its title, or its id").fill("gravity");
    await page
      .getByRole("button", { name: /Gravity/ })
      .first()
      .press("Enter");
    await page.getByText("Attributes", { exact: true }).waitFor();
    expect(page.url()).toContain("item=");
  });

  test("all 54 systems stand there with their state; one opens with its table and plots", async () => {
    const page = await open("/proof");
    await page.getByText(/^all 54$/).waitFor();
    await page.getByRole("button", { name: /passes outrank/ }).click();
    await page.getByRole("table").getByRole("row").nth(1).waitFor();
    for (const head of ["Published", "Measured", "Baseline", "Verdict"])
      await page.getByRole("columnheader", { name: head }).waitFor();
    await page.locator(".chart svg").first().waitFor();
    await page.getByRole("button", { name: "All systems" }).click();
    await page.getByText(/^all 54$/).waitFor();
  });

  test("pages are reached by keyboard, the command list narrows and runs, the theme changes", async () => {
    const page = await open("/");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "Proof" }).waitFor();
    await page.keyboard.press("?");
    await page.getByLabel("Narrow the commands").fill("events");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Events" }).waitFor();
    await page.keyboard.press("t");
    await page.getByText("Theme: light").waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    await page.goto(`${demo.url}/studio/nowhere`);
    await page.getByText("There is no such page").waitFor();
  });

  test("nothing is asked more often than once in 5 s while live updates are on", async () => {
    const page = await open("/");
    const asked = new Map<string, number>();
    await page.getByText("● Live").waitFor();
    await page.waitForTimeout(1500);
    page.on("request", (request) => asked.set(request.url(), (asked.get(request.url()) ?? 0) + 1));
    await page.waitForTimeout(12_000);
    expect([...asked.keys()].length).toBeGreaterThan(0);
    expect(Math.max(...asked.values())).toBeLessThanOrEqual(3);
  });
});
