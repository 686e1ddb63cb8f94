import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { Options } from "../../src/index.js";
import { type Chromium, openChromium } from "./chromium.js";
import { type Collector, openCollector } from "./collector.js";

/** A page with the script build, its server, and the errors that reached the page. */
export interface Visit {
  page: Page;
  collector: Collector;
  /** Messages of errors that escaped into the page. */
  escaped: string[];
}

/** The head of a page that starts Heed with these options and keeps what it reports in `problems`. */
export function starting(options: Partial<Options>): string {
  return `<script src="/heed.js"></script>
<script>
  var problems = [];
  heed.init({ url: "", consent: true, ...${JSON.stringify(options)}, onError: (problem) => problems.push(problem) });
</script>`;
}

/** One Chromium for the tests of a file. Each visit has an origin of its own, so storage is never shared. */
export function useChromium() {
  let chromium: Chromium;
  const visits: Visit[] = [];

  beforeAll(async () => {
    chromium = await openChromium();
  });
  afterEach(async () => {
    await chromium.context.setOffline(false);
    for (const page of chromium.context.pages().slice(1)) await page.close();
    for (const { collector } of visits.splice(0)) await collector.close();
  });
  afterAll(() => chromium.close());

  return {
    context: () => chromium.context,
    /** Serves the HTML and opens it in a new tab of 800 x 600. */
    async visit(html: string, prepare: (page: Page) => Promise<unknown> = async () => {}): Promise<Visit> {
      const collector = await openCollector(html);
      const page = await chromium.context.newPage();
      await page.setViewportSize({ width: 800, height: 600 });
      const escaped: string[] = [];
      page.on("pageerror", (error) => escaped.push(error.message));
      await prepare(page);
      await page.goto(collector.origin);
      visits.push({ page, collector, escaped });
      return { page, collector, escaped };
    },
  };
}

/** Items in a column of 200 px each; the window shows three. */
export function items(from: number, to: number): string {
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return numbers
    .map((n) => `<li data-heed-item="i${n}" data-heed-propensity="0.5" style="height:200px">item ${n}</li>`)
    .join("");
}

export function list(content: string): string {
  return `<ul id="list" style="margin:0;padding:0;list-style:none">${content}</ul>`;
}
