import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureAppend } from "../../src/cli/bench/serve/append.js";
import { asking, incoming, recommendation } from "../../src/cli/bench/serve/decisions.js";
import {
  checkReport,
  quantile,
  runLoad,
  type StreamReport,
  startLoad,
} from "../../src/cli/bench/serve/load.js";
import { openStage, type Stage } from "../../src/cli/bench/serve/stage.js";
import { serve, serveMemory } from "../../src/cli/bench/serve.js";
import type { Bench } from "../../src/cli/bench/suite.js";
import { temporaryFolder } from "../support/cli.js";

const world = { events: 3_000, items: 300, users: 200 };
const home = temporaryFolder();

function bench(seconds: number): Bench & { said: string[] } {
  const said: string[] = [];
  return { rounds: undefined, seconds, home, peers: null, say: (line) => said.push(line), said };
}

describe("the serve suites, in small", () => {
  test("every measurement gives its rows, and the copy of the world is gone afterwards", async () => {
    const rows = await serve(bench(1), world);
    expect(rows.map(({ name }) => name)).toEqual([
      "recommend-p50",
      "recommend-p99",
      "recommend-in-process-p50",
      "rescore-p50",
      "rescore-p99",
      "rank-p50",
      "rank-p99",
      "http-events",
      "http-events-p99",
      "append",
      "append-disk",
      "append-loaded",
      "retraining-p50",
      "retraining-p99",
    ]);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(["name", "value", "unit", "bound", "ratio", "peer"]);
      expect(row.value).toBeGreaterThan(0);
      if (row.ratio !== null) expect(row.ratio).toBeGreaterThan(0);
    }
    expect(readdirSync(home)).toEqual([expect.stringMatching(/^world-[0-9a-f]{12}$/)]);
  });

  test("memory is compared between the start and the end of mixed load", async () => {
    const [row, ...more] = await serveMemory(bench(2), world);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ name: "memory-growth", unit: "%" });
    expect(row!.bound).toMatch(
      /^under 5 % wanted, from \d+ MB to \d+ MB in 2 s after 0.4 s; at most \d+ MB$/,
    );
    expect(Number.isFinite(row!.value)).toBe(true);
  });
});

describe("a load", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(world, home, () => {});
  });
  afterAll(() => stage.close());

  async function storedIds(after: number): Promise<string[]> {
    const ids: string[] = [];
    for (let position = after; ; ) {
      const entries = await stage.store.log.read({ after: position, limit: 10_000 });
      if (entries.length === 0) return ids;
      ids.push(...entries.map(({ event }) => event.id));
      position = entries.at(-1)!.position;
    }
  }

  test("of events: every acknowledged one is in the log exactly once, those sent twice as well", async () => {
    const before = await stage.head();
    const [report] = await runLoad({
      url: stage.url,
      shape: world,
      name: "once",
      warmUp: 0.2,
      seconds: 1.5,
      streams: [{ asked: { kind: "events", size: 10 }, rate: { inFlight: 4 } }],
    });
    const { acknowledged, acknowledgedInAll, repeated, duplicates } = report!;
    expect(repeated).toBeGreaterThan(0);
    expect(duplicates).toBe(repeated);
    expect(acknowledged).toBeGreaterThan(0);
    expect(acknowledged).toBeLessThanOrEqual(acknowledgedInAll);
    const ids = await storedIds(before);
    expect(new Set(ids).size).toBe(ids.length);
    const sent = Array.from({ length: acknowledgedInAll }, (_, number) => `once-0-${number}`);
    expect(ids.toSorted()).toEqual(sent.toSorted());
  });

  test("in process: what the measurement appends is in the log exactly once", async () => {
    const before = await stage.head();
    await measureAppend(bench(1), stage, 1);
    const ids = await storedIds(before);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.toSorted()).toEqual(ids.map((_, number) => `append-${number}`).toSorted());
  });

  test("of decisions: as many answers as arrivals were drawn, and each is logged as an impression", async () => {
    const before = await stage.head();
    const [decisions, events] = await runLoad({
      url: stage.url,
      shape: world,
      name: "decisions",
      warmUp: 0,
      seconds: 1,
      streams: [asking(recommendation), incoming],
    });
    // 200 arrivals are expected, with a deviation of 14.
    expect(Math.abs(decisions!.latencies.length - 200)).toBeLessThan(5 * 15);
    expect(Array.from(decisions!.latencies)).toEqual(Array.from(decisions!.latencies).sort((a, b) => a - b));
    const logged = decisions!.latencies.length + events!.acknowledgedInAll;
    expect((await stage.head()) - before).toBe(logged);
    const ids = await storedIds(before);
    expect(ids.filter((id) => !id.startsWith("decisions-1-")).length).toBe(decisions!.latencies.length);
  });

  test("a server that stands still is charged for the whole wait of everybody who arrived meanwhile", async () => {
    const load = startLoad({
      url: stage.url,
      shape: world,
      name: "stall",
      warmUp: 0,
      seconds: 2,
      streams: [asking(recommendation)],
    });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const end = performance.now() + 500;
    while (performance.now() < end);
    const [report] = await load.done;
    // A hundred arrivals fall into the half second; those of its first half wait at least the other half.
    const waited = report!.latencies.filter((latency) => latency >= 250).length;
    expect(waited).toBeGreaterThan(25);
    expect(report!.latencies.length).toBeGreaterThan(300);
  });

  test("a request that failed is an error, and so is a duplicate that was not known", () => {
    const sound: StreamReport = {
      latencies: Float64Array.of(1),
      acknowledged: 1,
      acknowledgedInAll: 1,
      repeated: 1,
      duplicates: 1,
      degraded: 0,
      failures: 0,
      elapsed: 1,
    };
    expect(() => checkReport(sound)).not.toThrow();
    expect(() => checkReport({ ...sound, failures: 2, failure: "status 500" })).toThrow(/2 .*status 500/);
    expect(() => checkReport({ ...sound, duplicates: 0 })).toThrow(/1 events were sent again, 0/);
  });
});

test("quantiles are of the values themselves, by nearest rank", () => {
  const ascending = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  expect([0.5, 0.99, 1, 0.001].map((share) => quantile(ascending, share))).toEqual([50, 99, 100, 1]);
  expect(quantile([], 0.5)).toBeNaN();
});
