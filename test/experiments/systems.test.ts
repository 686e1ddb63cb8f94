import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  catalogue,
  experimentOf,
  experiments,
  type Reproduction,
  type Row,
  readResult,
  reproduce,
  saveResult,
  systemStates,
} from "../../src/experiments/index.js";
import { temporaryFolder } from "../support/cli.js";
import { sampleOf } from "../support/data.js";
import { tinyExpectation, tinyExperiment } from "./tiny.js";

const sample = sampleOf(2000);
const work = temporaryFolder();

beforeEach(() => vi.stubEnv("HEED_DATA", sample));
afterEach(() => vi.unstubAllEnvs());

const stateIn = (folder: string, slug: string) =>
  systemStates(folder).find((system) => system.slug === slug)!;

/** A run of the tiny experiment, recorded as that of a system of the catalogue. */
async function recordAs(slug: string, folder: string, least = 0.2): Promise<Reproduction> {
  const run = await reproduce(tinyExperiment([tinyExpectation("auc", { least })]), { work });
  const named = { ...run, slug };
  await saveResult(named, `heed reproduce ${slug} --save`, folder);
  return named;
}

describe("the catalogue", () => {
  test("has 54 different systems with titles", () => {
    expect(catalogue).toHaveLength(54);
    expect(new Set(catalogue.map(({ slug }) => slug)).size).toBe(54);
    for (const { slug, title } of catalogue) {
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title.length).toBeGreaterThan(5);
    }
    expect([catalogue[0]!.slug, catalogue[53]!.slug]).toEqual(["sdim", "findeep"]);
  });

  test("is listed whole, in order, with one of four states each", () => {
    const states = systemStates(temporaryFolder());
    expect(states.map(({ slug, title }) => ({ slug, title }))).toEqual(catalogue);
    for (const { state, figures } of states) {
      expect(["not-run", "needs-data"]).toContain(state);
      expect(figures).toEqual([]);
    }
  });

  test("an unknown name is answered by the nearest, and a system without an experiment by saying so", () => {
    expect(() => experimentOf("bars-crt")).toThrow(/no system "bars-crt"\n.*did you mean "bars-ctr"/);
    expect(() => experimentOf("gru")).toThrow(/no system "gru"/);
    expect(() => experimentOf("ban-evasion")).toThrow(/ban-evasion has no experiment yet/);
    expect(() => experimentOf("toString")).toThrow(/no system "toString"/);
    for (const experiment of experiments) expect(experimentOf(experiment.slug)).toBe(experiment);
  });
});

describe("the state of a system", () => {
  test("passes by a recorded run whose rows pass, with their figures", async () => {
    const folder = temporaryFolder();
    const { rows } = await recordAs("autoint", folder);
    const system = stateIn(folder, "autoint");
    expect(system).toMatchObject({
      state: "passes",
      reason: null,
      date: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(system.figures.map(({ metric, measured, verdict }) => [metric, measured, verdict])).toEqual(
      rows.map(({ metric, measured, verdict }) => [metric, measured, verdict]),
    );
    expect(systemStates(folder).filter(({ state }) => state === "passes")).toHaveLength(1);
  });

  test("fails by a recorded run with a row that fails, and says which", async () => {
    const folder = temporaryFolder();
    await recordAs("autoint", folder, 0.999);
    expect(stateIn(folder, "autoint")).toMatchObject({
      state: "fails",
      reason: expect.stringMatching(/fm auc: 0\.\d+ below the least of 0\.999/),
    });
  });

  test("needs data where none is recorded and the data are not here", () => {
    const folder = temporaryFolder();
    vi.stubEnv("HEED_DATA", join(folder, "nowhere"));
    expect(stateIn(folder, "bars-ctr")).toMatchObject({
      state: "needs-data",
      figures: [],
      reason: expect.stringMatching(/is not in .*nowhere\n.*heed data get/),
    });
  });

  test("follows from the recorded rows: a summary that says otherwise changes nothing", async () => {
    const folder = temporaryFolder();
    await recordAs("autoint", folder, 0.999);
    const path = join(folder, "autoint.json");
    const content = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...content, passed: true }));
    expect(stateIn(folder, "autoint").state).toBe("fails");
  });
});

describe("a recorded run", () => {
  test("holds seeds, data, versions, machine and time, and reads as it was written", async () => {
    const folder = temporaryFolder();
    const run = await recordAs("autoint", folder);
    expect(readResult("autoint", folder)).toMatchObject({
      slug: "autoint",
      command: "heed reproduce autoint --save",
      seeds: [1, 2],
      seconds: run.seconds,
      data: run.data,
      machine: { cores: expect.any(Number), memoryGiB: expect.any(Number), processor: expect.any(String) },
      versions: { heed: "0.1.0", node: process.version, onnxruntime: expect.stringMatching(/^\d+\./) },
      rows: run.rows.map((row) => ({ ...row })),
    });
  });

  test("is never a reduced one, nor one of which a part is missing", async () => {
    const folder = temporaryFolder();
    const quick = await reproduce(tinyExperiment(), { work, quick: true });
    const part = await reproduce(tinyExperiment(), { work: temporaryFolder(), only: ["click-rate"] });
    for (const run of [quick, part]) {
      await expect(saveResult(run, "", folder)).rejects.toMatchObject({ code: "incomplete" });
    }
    expect(existsSync(join(folder, "tiny.json"))).toBe(false);
  });

  const changes: [name: string, change: (content: { rows: Row[] } & Record<string, unknown>) => unknown][] = [
    [
      "a verdict that its figure does not bear out",
      ({ rows, ...rest }) => ({ ...rest, rows: [{ ...rows[0], least: 0.999 }] }),
    ],
    ["a pass without a figure", ({ rows, ...rest }) => ({ ...rest, rows: [{ ...rows[0], measured: null }] })],
    ["the run of another system", (content) => ({ ...content, slug: "optfs" })],
    ["a reduced run", (content) => ({ ...content, quick: true })],
    ["no rows", (content) => ({ ...content, rows: [] })],
    ["no machine", (content) => ({ ...content, machine: undefined })],
    ["a state", () => ({ state: "passes" })],
  ];
  test.each(changes)("with %s is refused", async (_, change) => {
    const folder = temporaryFolder();
    await recordAs("autoint", folder);
    const path = join(folder, "autoint.json");
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")))));
    expect(() => systemStates(folder)).toThrow(
      /autoint\.json is no recorded run[\s\S]*heed reproduce SLUG --save/,
    );
  });

  test("cut short is refused", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "autoint.json"), '{ "slug": ');
    expect(() => readResult("autoint", folder)).toThrow(/no recorded run/);
  });

  test("that is committed can be read and belongs to an experiment", () => {
    for (const { slug } of experiments) expect(() => readResult(slug)).not.toThrow();
  });
});

describe("every experiment", () => {
  test.each(experiments.map((experiment) => [experiment.slug, experiment] as const))(
    "%s says what it does, and its cells and expectations are sound",
    (_, { protocol, reduced, cells, expectations }) => {
      expect(protocol.length).toBeGreaterThan(50);
      expect(reduced).not.toBe("");
      for (const quick of [true, false]) {
        const all = cells(quick);
        const names = all.map(({ dataset, model, seed }) => `${dataset} ${model} ${seed}`);
        expect(new Set(names).size).toBe(names.length);
        expect(all.length).toBeGreaterThan(0);
      }
      const names = expectations.map(({ dataset, model, metric }) => `${dataset} ${model} ${metric}`);
      expect(new Set(names).size).toBe(names.length);
      expect(expectations.some(({ least, most }) => least !== undefined || most !== undefined)).toBe(true);
      for (const { least = -Infinity, most = Infinity, source } of expectations) {
        expect(least).toBeLessThanOrEqual(most);
        expect(source).not.toBe("");
      }
    },
  );
});
