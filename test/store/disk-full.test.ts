import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HeedError } from "../../src/core/errors.js";
import type { HeedEvent } from "../../src/events/index.js";
import { openStore } from "../../src/store/index.js";
import { sampleEvent } from "../../src/testing/index.js";
import { everything } from "./support.js";

/** A disk of so many megabytes, or why there is none. */
function smallDisk(megabytes: number): { folder: string; remove: () => void } | string {
  const folder = mkdtempSync(join(tmpdir(), "heed-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    rmSync(folder, { recursive: true });
    return `no tmpfs can be mounted here: ${error instanceof Error ? error.message.split("\n")[0] : error}`;
  }
  return {
    folder,
    remove() {
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

test("a full disk refuses appends, loses nothing that was acknowledged, and is forgotten when there is space", async (context) => {
  const disk = smallDisk(24);
  if (typeof disk === "string") return context.skip(disk);
  try {
    const ballast = join(disk.folder, "ballast");
    writeFileSync(ballast, Buffer.alloc(12 << 20));
    const home = join(disk.folder, "home");
    let store = await openStore(home);
    const acknowledged: HeedEvent[] = [];
    const fill = async () => {
      for (;;) {
        const batch = Array.from({ length: 200 }, () =>
          sampleEvent({ context: { filler: "x".repeat(1_000) } }),
        );
        try {
          await store.log.append(batch);
          acknowledged.push(...batch);
        } catch (error) {
          return { error: error as HeedError, batch };
        }
      }
    };
    const { error, batch } = await fill();
    expect(error).toBeInstanceOf(HeedError);
    expect(error.code).toBe("disk-full");
    await expect(store.log.append(batch)).rejects.toMatchObject({ code: "disk-full" });
    // Whoever asks for what needs the tables may be refused as well, but only with that reason.
    const found = await store.log.find("p", { user: "u", limit: 10 }).catch((reason) => reason as HeedError);
    if (found instanceof HeedError) expect(found.code).toBe("disk-full");

    rmSync(ballast);
    const outcomes = await store.log.append(batch);
    expect(outcomes.every((outcome) => typeof outcome === "number")).toBe(true);
    acknowledged.push(...batch);
    expect((await everything(store)).map(({ event }) => event)).toEqual(acknowledged);
    await store.close();

    // Full again, and the process ends that way.
    store = await openStore(home);
    await fill();
    await store.close();
    writeFileSync(ballast, "");
    store = await openStore(home).catch(async (reason: HeedError) => {
      expect(reason.code).toBe("disk-full");
      execFileSync("mount", ["-o", "remount,size=64m", disk.folder]);
      return openStore(home);
    });
    execFileSync("mount", ["-o", "remount,size=64m", disk.folder]);
    expect((await everything(store)).map(({ event }) => event)).toEqual(acknowledged);
    await store.close();
  } finally {
    disk.remove();
  }
});
