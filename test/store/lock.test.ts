import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore, storeOwner } from "../../src/store/index.js";
import { sampleEvent } from "../../src/testing/index.js";
import { everything, withFolder } from "./support.js";

const owner = new URL("fixtures/owner.mjs", import.meta.url).pathname;

test("a second opening in the same process is refused, and harms nothing", () =>
  withFolder(async (folder) => {
    const store = await openStore(folder);
    await expect(openStore(folder)).rejects.toMatchObject({ code: "locked" });
    await store.log.append([sampleEvent()]);
    expect(await everything(store)).toHaveLength(1);
    await store.close();
    const again = await openStore(folder);
    expect(await everything(again)).toHaveLength(1);
    await again.close();
  }));

test("a second process is told who has it, and where that one serves", () =>
  withFolder(async (folder) => {
    const child = fork(owner, [join(folder, "home"), join(folder, "socket")]);
    try {
      await once(child, "message");
      const opening = openStore(join(folder, "home"));
      await expect(opening).rejects.toMatchObject({ code: "locked" });
      await expect(opening).rejects.toThrow(`process ${child.pid}`);
      expect(storeOwner(join(folder, "home"))?.pid).toBe(child.pid);
    } finally {
      child.kill("SIGKILL");
    }
  }));

test("what the owner announces is in the error and in storeOwner", () =>
  withFolder(async (folder) => {
    const store = await openStore(folder);
    store.announce({ address: "http://127.0.0.1:4141" });
    expect(storeOwner(folder)).toMatchObject({
      pid: process.pid,
      about: { address: "http://127.0.0.1:4141" },
    });
    await expect(openStore(folder)).rejects.toThrow("http://127.0.0.1:4141");
    await store.close();
    expect(storeOwner(folder)).toBeNull();
  }));

test("a process that was killed blocks nobody", () =>
  withFolder(async (folder) => {
    const home = join(folder, "home");
    const child = fork(owner, [home, join(folder, "socket")]);
    await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(readFileSync(join(home, "heed.lock"), "utf8")).toContain(`${child.pid}`);
    expect(storeOwner(home)).toBeNull();
    await (await openStore(home)).close();
  }));

test("a lock whose process number belongs to somebody else by now blocks nobody", () =>
  withFolder(async (folder) => {
    await (await openStore(folder)).close();
    for (const pid of [1, process.pid]) {
      writeFileSync(join(folder, "heed.lock"), JSON.stringify({ pid, started: 0, folder, about: {} }));
      await (await openStore(folder)).close();
    }
    writeFileSync(join(folder, "heed.lock"), "not JSON");
    await (await openStore(folder)).close();
  }));
