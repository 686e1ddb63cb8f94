import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { missing } from "./support/chromium.js";
import { useChromium } from "./support/sdk.js";

interface Stored {
  action: string;
  item?: string;
  slate?: string;
  context?: { position?: number };
}

const patient = { timeout: 90_000, interval: 100 };
const children: ChildProcess[] = [];
let server = "";
let example = "";

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

function start(file: string, args: string[], env: Record<string, string>): void {
  children.push(
    spawn(process.execPath, [file, ...args], { env: { ...process.env, ...env }, stdio: "ignore" }),
  );
}

describe.skipIf(missing)(`the example page with a running Heed${missing}`, () => {
  const { context } = useChromium();

  beforeAll(async () => {
    const [heedPort, port] = [await freePort(), await freePort()];
    server = `http://127.0.0.1:${heedPort}`;
    example = `http://127.0.0.1:${port}`;
    const home = mkdtempSync(join(tmpdir(), "heed-sdk-"));
    start("dist/cli/main.js", ["up", "--seconds", "1"], { HEED_HOME: home, HEED_PORT: String(heedPort) });
    start("browser/example/serve.js", [], { PORT: String(port), HEED_PORT: String(heedPort) });
    for (const url of [`${server}/healthz`, example])
      await vi.waitFor(async () => expect((await fetch(url)).ok).toBe(true), patient);
  }, 120_000);

  afterAll(async () => {
    for (const child of children) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    }
  });

  test("after consent, what is seen and clicked is in the log under the answer's slate", async () => {
    const page = await context().newPage();
    await page.setViewportSize({ width: 800, height: 600 });
    await page.goto(example);
    expect(await page.evaluate(() => heed.user())).toBeUndefined();
    await page.click("#agree");
    const first = page.locator("[data-heed-item]").first();
    const item = await first.getAttribute("data-heed-item");
    const user = await page.evaluate(() => heed.user());
    const log = async () =>
      ((await (await fetch(`${server}/v1/users/${user}/events`)).json()) as { events: Stored[] }).events;
    const of = async (action: string) => (await log()).filter((event) => event.action === action);
    await vi.waitFor(async () => expect((await of("view")).length).toBeGreaterThan(0), patient);
    await first.click();
    await vi.waitFor(async () => expect(await of("impression")).toHaveLength(2), patient);
    const { slate } = (await of("view"))[0]!;
    expect((await of("click"))[0]).toMatchObject({ item, slate, context: { position: 1 } });
    expect((await of("impression")).map((event) => event.slate)).toContain(slate);
  });
});
