import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { accessibilityFaults, emptyServer, missing, openBrowser, openPage } from "./support/studio";

let browser: Browser;

async function server(options?: Parameters<typeof emptyServer>[0]) {
  const started = await emptyServer(options);
  onTestFinished(() => started.close());
  return started;
}

async function open(address: string, options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(browser, options);
  onTestFinished(() => opened.page.close());
  await opened.page.goto(address);
  return opened;
}

describe.skipIf(missing)(`the Studio's door, in Chromium${missing}`, () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test("with keys it wants a secret one, keeps it in this tab only, and lets go of it", async () => {
    const { url, secret } = await server({ keyed: true });
    const { page } = await open(`${url}/studio`);
    await page.getByLabel("Secret key").fill(secret);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.getByText("● Live").waitFor(); // the stream is opened with the key too
    expect(await page.getByText("Open without a key").count()).toBe(0);
    expect(await page.evaluate(() => JSON.stringify([localStorage, document.cookie]))).not.toContain(
      "heed_sk_",
    );
    expect(page.url()).not.toContain("heed_sk_");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Secret key").waitFor();
  });

  test("a publishable key is refused in words, by the page and by the server", async () => {
    const { url, publishable } = await server({ keyed: true });
    const { page } = await open(`${url}/studio`);
    await page.getByLabel("Secret key").fill(publishable);
    await page.keyboard.press("Enter");
    await page
      .getByText(/This is a publishable key: it may only write events and cannot open the Studio/)
      .waitFor();
    const { page: smuggled } = await open(`${url}/studio`, { key: publishable });
    await smuggled.getByText(/this needs the scope/).waitFor();
    const own = { headers: { authorization: `Bearer ${publishable}` } };
    for (const path of ["caller", "activity", "events/rejected", "systems", "surfaces", "insight/problems"])
      expect((await fetch(`${url}/v1/${path}`, own)).status).toBe(403);
  });

  test("a key that is not known is refused in words", async () => {
    const { url } = await server({ keyed: true });
    const { page } = await open(`${url}/studio`);
    await page.getByLabel("Secret key").fill(`heed_sk_${"x".repeat(43)}`);
    await page.keyboard.press("Enter");
    await page.getByText(/the key is not known/).waitFor();
  });

  test("without keys it is open to this machine, and says so", async () => {
    const { url } = await server();
    const { page } = await open(`${url}/studio`);
    await page.getByText("Open without a key: this server has none").waitFor();
  });

  test("first steps carry the key that was signed in with, and make a publishable one for a page", async () => {
    const { url, secret, send } = await server({ keyed: true });
    const { page } = await open(`${url}/studio/first-steps`, { key: secret });
    await page.getByText(`Bearer ${secret}`).first().waitFor();
    await page.getByLabel("Address of your page").fill("https://shop.example");
    await page.getByRole("button", { name: /Make a publishable key/ }).click();
    const sdk = page.locator("pre", { hasText: "heed.init" });
    await sdk.getByText(/key: "heed_pk_[\w-]{43}"/).waitFor();
    const [made] = /heed_pk_[\w-]{43}/.exec((await sdk.textContent())!)!;
    const record = () =>
      fetch(`${url}/v1/events`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${made}`,
          origin: "https://shop.example",
          "content-type": "application/json",
        },
        body: JSON.stringify({ user: "ann", action: "view" }),
      });
    await expect.poll(async () => (await record()).status, { timeout: 5000 }).toBe(200);
    await send({ user: "ann", action: "view" });
    await page.getByText("Events arrive").waitFor();
  });

  test("when Heed goes away an open page says so and keeps what it showed", async () => {
    const { url, send, close } = await emptyServer();
    await send({ user: "ann-was-here", action: "view", item: "heat" });
    const { page } = await open(`${url}/studio/events`);
    await page.getByText("ann-was-here").waitFor();
    await close();
    await page.getByText("○ Disconnected").waitFor();
    await page.getByText("Disconnected: Heed does not answer").waitFor();
    await page.getByText("ann-was-here").waitFor();
  });

  test("script tags in every field of events, items and rejections stay text", async () => {
    const { url, send } = await server();
    const script = `<img src=x onerror="document.title='hacked'"><script>document.title="hacked"</script>`;
    await fetch(`${url}/v1/items`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        item: script,
        title: script,
        categories: [script],
        attributes: { [script]: script },
      }),
    });
    const event = {
      id: script,
      user: script,
      session: script,
      action: script,
      item: script,
      surface: script,
      slate: script,
      query: script,
      model: script,
      context: { [script]: script },
    };
    expect(await send(event)).toMatchObject({ accepted: 1 });
    await send([{ ...event, id: "2", [script]: script, time: script }]);
    const { page, complaints } = await open(`${url}/studio/events`);
    await page
      .getByRole("region", { name: /^Events/ })
      .getByRole("button")
      .first()
      .click();
    await page.getByRole("dialog").getByText("onerror").first().waitFor();
    const addresses = [
      "/",
      "/events?list=rejected",
      `/items?item=${encodeURIComponent(JSON.stringify(script))}`,
    ];
    for (const path of [...addresses, `/people?user=${encodeURIComponent(JSON.stringify(script))}`]) {
      await page.goto(`${url}/studio${path}`);
      await page.getByRole("heading", { level: 1 }).or(page.getByText("There is no such page")).waitFor();
      await page.waitForTimeout(500);
      expect(await page.title()).not.toBe("hacked");
      expect(await page.locator("img").count()).toBe(0);
    }
    expect(complaints).toEqual([]);
  });
});
