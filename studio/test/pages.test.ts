import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { pages } from "../src/pages";
import {
  accessibilityFaults,
  emptyServer,
  missing,
  openBrowser,
  openPage,
  type StudioServer,
  upWithDemo,
} from "./support/studio";

let browser: Browser;
let demo: StudioServer;
let empty: StudioServer;

/** What a page says when nothing was ever sent. */
const whenEmpty: Readonly<Record<string, RegExp>> = {
  "/": /Nothing was done in this time/,
  "/events": /No event yet/,
  "/items": /No item is known yet/,
  "/proof": /54/, // the catalogue is part of Heed
  "/first-steps": /No event in these seconds/,
};

async function open(address: string, options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(browser, options);
  onTestFinished(() => opened.page.close());
  await opened.page.goto(address);
  return opened;
}

describe.skipIf(missing)(`the Studio's pages, in Chromium${missing}`, () => {
  beforeAll(async () => {
    [browser, demo, empty] = await Promise.all([openBrowser(), upWithDemo(), emptyServer()]);
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await Promise.all([demo.close(), empty.close()]);
  });

  describe.each(pages.map((page) => [page.title, page] as const))("%s", (title, { path }) => {
    test.each(["light", "dark"] as const)(
      "is accessible in the %s theme, and obeys the policy",
      async (theme) => {
        const { page, complaints } = await open(`${demo.url}/studio${path}`, { colorScheme: theme });
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
        await page
          .getByText(/^Loading/)
          .first()
          .waitFor({ state: "detached" });
        expect(await accessibilityFaults(page)).toEqual([]);
        expect(complaints).toEqual([]);
      },
    );

    test("fits a phone: nothing makes the page itself scroll sideways", async () => {
      const { page } = await open(`${demo.url}/studio${path}`, { width: 390 });
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      await page
        .getByText(/^Loading/)
        .first()
        .waitFor({ state: "detached" });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wider).toBeLessThanOrEqual(0);
    });

    test("says that there is nothing yet", async () => {
      const { page } = await open(`${empty.url}/studio${path}`);
      await page.getByText(whenEmpty[path]!).first().waitFor();
    });

    test("says that it loads, then why it could not, then loads when asked again", async () => {
      const { page } = await openPage(browser);
      onTestFinished(() => page.close());
      let fails = true;
      let answer = () => {};
      const asked = new Promise<void>((done) => {
        answer = done;
      });
      await page.route(/\/v1\/(?!caller|activity)/, async (route) => {
        if (!fails) return route.continue();
        await asked;
        await route.fulfill({
          status: 503,
          json: { code: "busy", message: "Heed is busy", remedy: "try again shortly" },
        });
      });
      await page.goto(`${demo.url}/studio${path}`);
      if (path === "/first-steps") return; // it shows nothing that is asked for
      await page
        .getByText(/^Loading/)
        .first()
        .waitFor();
      answer();
      await page.getByText("Heed is busy").first().waitFor();
      await page.getByText("code: busy").first().waitFor();
      fails = false;
      for (const button of await page.getByRole("button", { name: "Try again" }).all())
        await button.click({ timeout: 2000 }).catch(() => {}); // one of them may bring the others back
      await page.getByText("Heed is busy").first().waitFor({ state: "detached" });
    });

    test("says that Heed is away, and goes on by itself", async () => {
      const { page } = await open(`${demo.url}/studio${path}`);
      await page.getByText("● Live").waitFor();
      await page.route(/\/v1\//, (route) => route.abort());
      await page.reload();
      await page.getByText("Disconnected: Heed does not answer").first().waitFor();
      await page.unroute(/\/v1\//);
      await page.getByRole("button", { name: "Try again" }).first().click();
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
    });
  });
});
