import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";

const executablePath = process.env.HEED_CHROMIUM ?? "/usr/bin/chromium";
const home = mkdtempSync(join(tmpdir(), "heed-browser-"));
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
let browser: Browser;
let heed: ChildProcess | undefined;
let port = 0;
const patient = { timeout: 20_000, interval: 100 };

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Starts `heed up` and opens its page as soon as it answers; returns how long a personal list took. */
async function start(): Promise<{ page: Page; seconds: number }> {
  port = await freePort();
  const began = performance.now();
  heed = spawn(process.execPath, ["dist/cli/main.js", "up", "--seconds", "15"], {
    env: { ...process.env, HEED_HOME: home, HEED_PORT: String(port) },
    stdio: "ignore",
  });
  const page = await browser.newPage();
  while (performance.now() - began < 60_000) {
    const up = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      (r) => r.ok,
      () => false,
    );
    if (up) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.locator("#recommendations button").first().waitFor();
  return { page, seconds: (performance.now() - began) / 1000 };
}

async function stop(): Promise<void> {
  const process_ = heed;
  if (!process_) return;
  const ended = new Promise((done) => process_.once("exit", done));
  process_.kill("SIGTERM");
  await ended;
}

const missing = existsSync(executablePath) ? "" : ` (no Chromium at ${executablePath})`;

describe.skipIf(missing)(`the first minute, in Chromium${missing}`, () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: flags });
  });
  afterAll(async () => {
    await stop();
    await browser.close();
  });

  test("a personal list within 20 s, a click changes it within 1 s, the trained model is judged within 60 s", {
    timeout: 120_000,
  }, async () => {
    const { page, seconds } = await start();
    expect(seconds).toBeLessThan(20);
    expect(await page.locator("#history li").count()).toBeGreaterThan(5);
    expect(await page.locator("#recommendations").textContent()).toMatch(/because of/);
    const first = page.locator("#recommendations button").first();
    const item = await first.getAttribute("data-item");
    const began = performance.now();
    await first.click();
    await page.locator(`#recommendations button[data-item="${item}"]`).waitFor({ state: "detached" });
    expect(performance.now() - began).toBeLessThan(1000);
    await page.locator("#models tr", { hasText: "sasrec" }).waitFor({ timeout: 60_000 });
    expect(await page.locator("#models tr.serving").count()).toBe(1);
  });

  test("the second start uses what is there, and a click survived it", { timeout: 60_000 }, async () => {
    await stop();
    const { page, seconds } = await start();
    expect(seconds).toBeLessThan(20);
    await page.locator("#models tr", { hasText: "sasrec" }).waitFor({ timeout: 10_000 });
    expect(await page.locator("#history li").first().textContent()).toMatch(/view/);
  });

  test("the SDK's example page: after consent, what is seen and clicked is in the log under its slate", {
    timeout: 60_000,
  }, async () => {
    const examplePort = await freePort();
    const example = spawn(process.execPath, ["browser/example/serve.js"], {
      env: { ...process.env, PORT: String(examplePort), HEED_PORT: String(port) },
      stdio: "ignore",
    });
    onTestFinished(() => void example.kill());
    const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
    await vi.waitFor(() => page.goto(`http://127.0.0.1:${examplePort}/`), patient);
    expect(await page.evaluate("heed.user()")).toBeUndefined();
    await page.click("#agree");
    const first = page.locator("[data-heed-item]").first();
    const item = await first.getAttribute("data-heed-item");
    const user = await page.evaluate("heed.user()");
    const logged = async (action: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/users/${user}/events`);
      const { events } = (await answer.json()) as { events: { action: string; slate?: string }[] };
      return events.filter((event) => event.action === action);
    };
    await vi.waitFor(async () => expect(await logged("view")).not.toEqual([]), patient);
    await first.click();
    await vi.waitFor(async () => expect(await logged("impression")).toHaveLength(2), patient);
    const { slate } = (await logged("view"))[0]!;
    expect((await logged("click"))[0]).toMatchObject({ item, slate, context: { position: 1 } });
    expect((await logged("impression")).map((event) => event.slate)).toContain(slate);
  });
});
