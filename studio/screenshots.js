import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/**
 * Takes a picture of every page of a running Studio, light, dark and at phone width. HEED_URL is the server (its default
 * address unless set), HEED_KEY a secret key where it has keys; a word after the command takes the pages of that name only.
 */
const server = process.env.HEED_URL ?? "http://127.0.0.1:4141";
const folder = fileURLToPath(new URL("screenshots/", import.meta.url));
const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
];
const only = process.argv[2] ?? "";

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.HEED_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  for (const { name, colorScheme, viewport } of looks) {
    const page = await browser.newPage({ colorScheme, viewport });
    const key = process.env.HEED_KEY;
    if (key) await page.addInitScript((kept) => sessionStorage.setItem("heed-studio-key", kept), key);
    await page.goto(`${server}/studio`);
    const links = page.getByRole("navigation").getByRole("link");
    await links.first().waitFor();
    const pages = await links.evaluateAll((all) => all.map((link) => [link.textContent, link.href]));
    for (const [title, address] of pages.filter(([title]) => title.toLowerCase().includes(only))) {
      await page.goto(address);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page
        .getByText(/^Loading/)
        .first()
        .waitFor({ state: "hidden" });
      await page.waitForTimeout(1500); // charts draw, the first live figures come
      const path = `${folder}${title.toLowerCase().replaceAll(" ", "-")}-${name}.png`;
      await page.screenshot({ path, fullPage: true });
      console.log(path);
    }
    await page.close();
  }
} finally {
  await browser.close();
}
