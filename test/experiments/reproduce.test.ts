import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Reproduction, reproduce } from "../../src/experiments/index.js";
import { temporaryFolder } from "../support/cli.js";
import { sampleOf } from "../support/data.js";
import { tinyData, tinyExpectation, tinyExperiment } from "./tiny.js";

const sample = sampleOf(2000);

/** What must not depend on when and in how many parts an experiment was run. */
const figures = ({ rows, passed, seeds, data }: Reproduction) => ({
  passed,
  seeds,
  data,
  rows: rows.map(({ seconds: _, ...row }) => row),
});

const cellFiles = (work: string) => readdirSync(work).filter((name) => name.endsWith(".json"));

describe("a reproduction", () => {
  beforeEach(() => vi.stubEnv("HEED_DATA", sample));
  afterEach(() => vi.unstubAllEnvs());

  test("trains for real and gives the mean over the seeds with its interval beside the baseline", async () => {
    const work = temporaryFolder();
    const run = await reproduce(tinyExperiment(), { work });
    expect(run).toMatchObject({ slug: "tiny", quick: false, passed: true, seeds: [1, 2] });
    expect(run.data).toEqual([{ name: tinyData, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    const [auc, logLoss] = run.rows;
    expect(auc).toMatchObject({
      verdict: "pass",
      method: "t interval over 2 seeds",
      baseline: 0.5,
      seeds: [1, 2],
    });
    expect(logLoss).toMatchObject({ verdict: "reported", least: null, most: null });
    const kept = cellFiles(work).map((name) => JSON.parse(readFileSync(join(work, name), "utf8")));
    const values = kept.filter(({ model }) => model === "fm").map(({ outcome }) => outcome.figures.auc.value);
    expect(new Set(values).size).toBe(2);
    const [a, b] = values as [number, number];
    expect(auc!.measured).toBeCloseTo((a + b) / 2, 12);
    // Half of a t interval over two values is 12.7062047362 times half their distance.
    expect(auc!.high! - auc!.measured!).toBeCloseTo((12.7062047362 * Math.abs(a - b)) / 2, 9);
    expect(run.seconds).toBeCloseTo(
      kept.reduce((total, { outcome }) => total + outcome.seconds, 0),
      9,
    );
  });

  test("stopped in the middle of a training, goes on to the figures of a run that never was", async () => {
    const whole = await reproduce(tinyExperiment(), { work: temporaryFolder() });
    const work = temporaryFolder();
    const controller = new AbortController();
    const stopped = reproduce(tinyExperiment(), {
      work,
      signal: controller.signal,
      follow: (label) => (progress) => {
        if (label.endsWith("seed 2") && progress.kind === "epoch") controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({
      code: "aborted",
      remedy: expect.stringMatching(/goes on/),
    });
    expect(cellFiles(work).map((name) => name.split(".").slice(1, 3).join(" "))).toEqual([
      "click-rate fixed",
      "fm 1",
    ]);
    const said: string[] = [];
    const epochs: number[] = [];
    const resumed = await reproduce(tinyExperiment(), {
      work,
      say: (line) => said.push(line),
      follow: () => (progress) => {
        if (progress.kind === "epoch") epochs.push(progress.epoch);
      },
    });
    expect(figures(resumed)).toEqual(figures(whole));
    expect(said.filter((line) => line.endsWith("kept from an earlier run"))).toHaveLength(2);
    expect(epochs).toEqual([2, 3]);
  });

  test("runs nothing twice, unless it is told to, the data are others, or a kept cell is damaged", async () => {
    const work = temporaryFolder();
    const trained = async (options: { fresh?: boolean } = {}) => {
      const said: string[] = [];
      const run = await reproduce(tinyExperiment(), { work, say: (line) => said.push(line), ...options });
      return { run, cells: said.filter((line) => line.endsWith(" ...")).length };
    };
    const first = await trained();
    expect(first.cells).toBe(3);
    const again = await trained();
    expect([again.cells, again.run]).toEqual([0, first.run]);
    expect((await trained({ fresh: true })).cells).toBe(3);
    const damaged = cellFiles(work).find((name) => name.includes("fm.2"))!;
    writeFileSync(join(work, damaged), '{ "key": ');
    expect((await trained()).cells).toBe(1);
    vi.stubEnv("HEED_DATA", sampleOf(1500));
    const other = await trained();
    expect(other.cells).toBe(3);
    expect(other.run.data).not.toEqual(first.run.data);
  });

  test("reduced, measures by the same code and judges nothing", async () => {
    const run = await reproduce(tinyExperiment(), { work: temporaryFolder(), quick: true });
    expect(run).toMatchObject({ quick: true, passed: false, seeds: [1] });
    for (const row of run.rows) {
      expect(row).toMatchObject({ verdict: "quick", reason: "reduced run, not judged: one epoch" });
      expect(row.measured).toBeGreaterThan(0);
      expect(row.low).toBeLessThanOrEqual(row.measured!);
      expect(row.high).toBeGreaterThanOrEqual(row.measured!);
      expect(row.method).toBe("bootstrap over rows, 1000 resamples");
    }
  });

  test("fails when one row fails, and says by how much", async () => {
    const work = temporaryFolder();
    const tooMuch = tinyExpectation("auc", { least: 0.999 });
    const run = await reproduce(tinyExperiment([tooMuch]), { work });
    expect(run.passed).toBe(false);
    const row = run.rows.at(-1)!;
    expect(row.verdict).toBe("fail");
    expect(row.reason).toContain(`${(0.999 - row.measured!).toFixed(5)} below the least of 0.999`);
  });

  test("of which only a part is run does not pass; what is worked out from all waits for all", async () => {
    const derived = tinyExpectation("gained", {
      model: "fm over click-rate",
      measure: (table) => table.of(tinyData, "fm", "auc"),
    });
    const run = await reproduce(tinyExperiment([derived]), { work: temporaryFolder(), only: ["fm"] });
    expect(run.rows.map(({ verdict }) => verdict)).toEqual(["pass", "reported", "not-run"]);
    expect(run.passed).toBe(false);
    expect(run.rows[0]!.baseline).toBeNull();
    const unknown = reproduce(tinyExperiment(), { work: temporaryFolder(), only: ["fmm"] });
    await expect(unknown).rejects.toThrow(/tiny runs no "fmm"\n.*its models are click-rate, fm/);
  });

  test("without its data says how to get them, and does not pass", async () => {
    const experiment = tinyExperiment();
    const cells = experiment.cells(false).map((cell) => ({ ...cell, needs: ["frappe"] }));
    vi.stubEnv("HEED_DATA", join(temporaryFolder(), "nowhere"));
    const run = await reproduce({ ...experiment, cells: () => cells }, { work: temporaryFolder() });
    expect(run).toMatchObject({ passed: false, seconds: 0, data: [{ name: "frappe", fingerprint: null }] });
    for (const row of run.rows) {
      expect(row).toMatchObject({ verdict: "needs-data", measured: null, low: null, high: null });
      expect(row.reason).toMatch(/frappe is not in .*nowhere\n.*heed data get frappe --from/);
    }
  });

  test("that cannot keep its cells says where", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    await expect(reproduce(tinyExperiment(), { work: join(file, "x") })).rejects.toMatchObject({
      code: "file",
      message: expect.stringContaining(file),
    });
  });
});
