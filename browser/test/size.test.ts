import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Heed } from "../src/index.js";

const read = (file: string) => readFileSync(new URL(`../dist/${file}`, import.meta.url), "utf8");

describe("the built SDK", () => {
  test.each(["heed.js", "index.js"])("%s is under 6 kB, compressed", (file) => {
    expect(gzipSync(read(file), { level: 9 }).length).toBeLessThan(6000);
  });

  test("it depends on nothing", () => {
    expect(read("index.js")).not.toMatch(/\bimport\b/);
    const { dependencies, peerDependencies } = JSON.parse(read("../package.json"));
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
  });

  test("it can be imported where there is no page, and does nothing there", async () => {
    const { heed } = (await import(new URL("../dist/index.js", import.meta.url).href)) as { heed: Heed };
    heed.init({ url: "", consent: true });
    heed.track("view", { item: "a" });
    heed.observe(undefined as never)();
    expect(heed.user()).toBeUndefined();
    await heed.flush();
  });
});
