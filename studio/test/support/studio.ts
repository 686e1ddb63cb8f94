import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { createHttpServer, createKey, openHeed, studio } from "../../../src/serve/index.js";
import { openStore } from "../../../src/store/index.js";
import { startHeed, temporaryFolder, until } from "../../../test/support/cli.js";

const executablePath = process.env.HEED_CHROMIUM ?? "/usr/bin/chromium";

/** Why browser tests are skipped; empty when they are not. */
export const missing = existsSync(executablePath) ? "" : ` (no Chromium at ${executablePath})`;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-sync"] });
}

export interface StudioServer {
  url: string;
  /** A secret and a publishable key, where it has keys. */
  secret: string;
  publishable: string;
  send(events: unknown): Promise<{ accepted: number; rejected: { path: string }[] }>;
  close(): Promise<void>;
}

/** `heed up` as a user starts it, on a fresh folder: it imports the demo data. */
export async function upWithDemo(): Promise<StudioServer> {
  const running = startHeed(["up", "--seconds", "1"], { HEED_HOME: temporaryFolder(), HEED_PORT: "0" });
  const address = () => /Heed serves (\S+)/.exec(running.stderr())?.[1];
  await until(() => address() !== undefined, "the server", 60);
  return {
    url: address()!,
    secret: "",
    publishable: "",
    send: sender(address()!),
    async close() {
      running.process.kill("SIGTERM");
      await running.finished;
    },
  };
}

/** A server over an empty store in this process, with or without keys. */
export async function emptyServer({ keyed = false } = {}): Promise<StudioServer> {
  const home = temporaryFolder();
  const secret = keyed ? createKey(home, { kind: "secret", label: "server" }).key : "";
  const publishable = keyed ? createKey(home, { kind: "publishable", origins: ["*"] }).key : "";
  const heed = await openHeed({ store: await openStore(home) });
  const server = await createHttpServer(heed, { home, extend: studio() });
  const url = await server.listen({ port: 0 });
  return { url, secret, publishable, send: sender(url, secret), close: server.close };
}

function sender(url: string, key = ""): StudioServer["send"] {
  return async (events) => {
    const answer = await fetch(`${url}/v1/events`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(events),
    });
    return (await answer.json()) as Awaited<ReturnType<StudioServer["send"]>>;
  };
}

/** A page that collects what the browser complains of: failed scripts, and what the content security policy refused. */
export async function openPage(
  browser: Browser,
  options: { colorScheme?: "light" | "dark"; width?: number; key?: string } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const { colorScheme = "light", width = 1280, key } = options;
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
  if (key) await page.addInitScript((kept) => sessionStorage.setItem("heed-studio-key", kept), key);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/Failed to load resource/.test(text)) complaints.push(text);
  });
  return { page, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds against WCAG 2.1 A and AA, in one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Given to the debugger, not to the page: its content security policy stays in force.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
    );
  });
}
