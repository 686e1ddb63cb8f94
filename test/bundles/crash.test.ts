import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadBundle } from "../../src/bundles/index.js";
import { random } from "../../src/core/random.js";
import { temporaryFolder } from "../support/cli.js";

/** A process that saves numbered bundles until it is killed. */
function saver(folder: string, first: number) {
  const child = spawn(process.execPath, ["test/support/save-bundles.mjs", folder, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let written = first - 1;
  child.stdout.on("data", (lines: Buffer) => {
    written = Number(lines.toString().trim().split("\n").at(-1));
  });
  const ended = new Promise((done) => child.once("close", done));
  return { child, ended, written: () => written };
}

/** Opens the bundle and checks that all its parts carry one number, which is returned. */
async function numberOf(folder: string): Promise<number> {
  const bundle = await loadBundle(folder);
  const { seed } = bundle.manifest;
  const feeds = {
    x: { data: Float32Array.of(0), shape: [1, 1] },
    ids: { data: Int32Array.of(19_999), shape: [1, 1] },
  };
  const { y } = await bundle.run(feeds);
  expect([bundle.vocabularies.a, Number(y!.data[0])]).toEqual([[`token ${seed}`], seed * 5]);
  await bundle.release();
  return seed;
}

describe("bundles under fire", () => {
  test("a process killed at any moment of a save leaves a whole bundle: the new one or the one before", {
    timeout: 120_000,
  }, async () => {
    const folder = join(temporaryFolder(), "model");
    const moments = random(1, "kill-moments");
    let saved = 0;
    for (let round = 0; round < 20; round++) {
      const { child, ended, written } = saver(folder, saved + 1);
      while (written() <= saved && child.exitCode === null) await new Promise((done) => setTimeout(done, 2));
      await new Promise((done) => setTimeout(done, moments.uniform() * 60));
      child.kill("SIGKILL");
      await ended;
      const found = await numberOf(folder);
      expect(found).toBeGreaterThanOrEqual(written());
      saved = found;
    }
    const last = saver(folder, saved + 1);
    while (last.written() <= saved) await new Promise((done) => setTimeout(done, 2));
    last.child.kill("SIGKILL");
    await last.ended;
    // Each save clears what dead ones left: at most the last one's part remains.
    expect(readdirSync(dirname(folder)).filter((name) => name.endsWith(".tmp")).length).toBeLessThanOrEqual(
      1,
    );
  });

  test("a reader beside a process that saves all the time never meets half a bundle", {
    timeout: 60_000,
  }, async () => {
    const folder = join(temporaryFolder(), "model");
    const { child, ended } = saver(folder, 1);
    while (!existsSync(join(folder, "manifest.json"))) await new Promise((done) => setTimeout(done, 2));
    const seen: number[] = [];
    for (let i = 0; i < 100; i++) seen.push(await numberOf(folder));
    child.kill("SIGKILL");
    await ended;
    expect(new Set(seen).size).toBeGreaterThan(5);
  });
});
