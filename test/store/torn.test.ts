import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { openStore } from "../../src/store/index.js";
import { sampleEvent } from "../../src/testing/index.js";
import { everything, withFolder } from "./support.js";

/** A folder as a crash leaves it: some batches in the tables but not in the main file, some in a write-ahead file. */
let crashed: string;
const batches = Array.from({ length: 12 }, (_, b) =>
  Array.from({ length: 5 + b }, (_, i) =>
    sampleEvent({ id: `${b}-${i}`, item: `é${i}`, value: b + i / 7, time: Date.now() }),
  ),
);
const loadedBatches = 6;

beforeAll(async () => {
  crashed = mkdtempSync(join(tmpdir(), "heed-torn-"));
  const live = mkdtempSync(join(tmpdir(), "heed-torn-"));
  const store = await openStore(live);
  for (const batch of batches.slice(0, loadedBatches)) await store.log.append(batch);
  await store.log.merge("p", "anonymous", "u");
  await store.analytics.top({ project: "p", by: "user", limit: 1 });
  for (const batch of batches.slice(loadedBatches)) await store.log.append(batch);
  cpSync(live, crashed, { recursive: true });
  await store.close();
  rmSync(live, { recursive: true });
});
afterAll(() => rmSync(crashed, { recursive: true }));

const copy = <T>(work: (folder: string) => Promise<T>) =>
  withFolder(async (folder) => {
    cpSync(crashed, folder, { recursive: true });
    return work(folder);
  });
const lastSegment = (folder: string) => join(folder, "log", readdirSync(join(folder, "log")).sort().at(-1)!);

async function contents(folder: string) {
  const store = await openStore(folder);
  try {
    return (await everything(store)).map(({ event }) => event);
  } finally {
    await store.close();
  }
}

describe("after a crash", () => {
  test("everything that was acknowledged is there", () =>
    copy(async (folder) => {
      expect(await contents(folder)).toEqual(batches.flat());
    }));

  test("a torn last write leaves whole batches, and the store goes on", () =>
    copy(async (pristine) => {
      const draw = random(11, "torn");
      const size = statSync(lastSegment(pristine)).size;
      for (let round = 0; round < 15; round++) {
        await copy(async (folder) => {
          truncateSync(lastSegment(folder), draw.integer(size));
          const found = await contents(folder);
          const whole = batches.findIndex((_, b) => batches.slice(0, b + 1).flat().length > found.length);
          expect(found).toEqual(batches.slice(0, whole).flat());
          expect(whole).toBeGreaterThanOrEqual(loadedBatches);
          const store = await openStore(folder);
          expect(await store.log.append([batches[0]![0]!, batches.at(-1)!.at(-1)!])).toEqual([
            "duplicate",
            expect.any(Number),
          ]);
          await store.close();
          expect(await contents(folder)).toEqual([...found, batches.at(-1)!.at(-1)!]);
        });
      }
    }));

  test("a last write that is garbage from some byte on is cut there", () =>
    copy(async (folder) => {
      const path = lastSegment(folder);
      const data = readFileSync(path);
      data.fill(0, data.length - 100);
      writeFileSync(path, data);
      expect(await contents(folder)).toEqual(batches.slice(0, -1).flat());
    }));

  test("the database's own write-ahead file may be cut anywhere: what it held is still in the log's files", async () => {
    const draw = random(12, "torn");
    for (let round = 0; round < 12; round++) {
      await copy(async (folder) => {
        const wal = join(folder, "heed.duckdb.wal");
        const size = statSync(wal).size;
        expect(size).toBeGreaterThan(0);
        truncateSync(wal, round === 0 ? 0 : draw.integer(size));
        expect(await contents(folder)).toEqual(batches.flat());
      });
    }
  });

  test("damage before the end is an error that names the file, and nothing is thrown away", () =>
    copy(async (folder) => {
      const path = lastSegment(folder);
      const data = readFileSync(path);
      data[data.length >> 1]! ^= 1;
      writeFileSync(path, data);
      await expect(openStore(folder)).rejects.toMatchObject({ code: "damaged" });
      await expect(openStore(folder)).rejects.toThrow(path);
      expect(readFileSync(path)).toEqual(data);
    }));

  test("a damaged database file is an error that says so, and it is left as it is", () =>
    copy(async (folder) => {
      const path = join(folder, "heed.duckdb");
      const data = readFileSync(path);
      data.fill(0xff, 0, 8_192);
      writeFileSync(path, data);
      await expect(openStore(folder)).rejects.toMatchObject({ name: "HeedError" });
      expect(readFileSync(path)).toEqual(data);
    }));
});
