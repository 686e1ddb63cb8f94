import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

const executable = process.env.HEED_CHROMIUM ?? "/usr/bin/chromium";
const flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--remote-debugging-port=0",
];

/** Why browser tests are skipped; empty when they are not. */
export const missing = existsSync(executable) ? "" : ` (no Chromium at ${executable})`;

export interface Chromium {
  context: BrowserContext;
  close(): Promise<void>;
}

/**
 * A Chromium as people run it. Playwright's own launch keeps every tab "visible" (focus emulation); attached without
 * its defaults, a tab behind another is really hidden and fires visibilitychange.
 */
export async function openChromium(): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), "heed-chromium-"));
  const child = spawn(executable, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stderr.on("data", (data) => {
      output += data;
      const [, url] = /listening on (ws:\S+)/.exec(output) ?? [];
      if (url) resolve(url);
    });
    child.once("exit", () => reject(new Error(`Chromium ended: ${output}`)));
  });
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  return {
    context: browser.contexts()[0]!,
    async close() {
      await browser.close();
      if (child.exitCode !== null) return;
      const ended = new Promise((done) => child.once("exit", done));
      child.kill();
      await ended;
    },
  };
}
