import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type SearchOptions, searchHyperparameters, type Trial } from "../../src/evaluate/index.js";

const space = { rate: { from: 1e-4, to: 1, scale: "log" }, dim: { values: [8, 16, 32] } } as const;

/** The nearer the rate is to 0.01 the better, the more so the larger the budget. */
const world = async ({ settings }: Trial, budget: number) => ({
  validation: -Math.abs(Math.log10(settings.rate as number) + 2) - 1 / budget,
});
const search = (options: Partial<SearchOptions> = {}) =>
  searchHyperparameters({ space, method: { kind: "random", trials: 30 }, evaluate: world, ...options });
const file = () => join(mkdtempSync(join(tmpdir(), "heed-search-")), "state.json");

describe("methods", () => {
  test("a grid tries every combination", async () => {
    const { best, trials } = await search({
      space: { rate: { from: 1e-4, to: 1, scale: "log", steps: 5 }, dim: { values: [8, 16] } },
      method: { kind: "grid" },
    });
    expect(trials).toHaveLength(10);
    expect(new Set(trials.map(({ settings }) => JSON.stringify(settings))).size).toBe(10);
    expect(best.settings.rate).toBeCloseTo(0.01, 12);
    // Both sizes do equally well: the first wins.
    expect(best.settings.dim).toBe(8);
  });

  test("random trials fill the range evenly on its scale, and depend on the seed alone", async () => {
    const { trials } = await search({ method: { kind: "random", trials: 400 } });
    const rates = trials.map(({ settings }) => Math.log10(settings.rate as number));
    for (const decade of [-4, -3, -2, -1]) {
      const inside = rates.filter((rate) => rate >= decade && rate < decade + 1).length;
      expect(Math.abs(inside - 100)).toBeLessThan(35);
    }
    const order = async (seed: number) =>
      (await search({ seed })).trials.map(({ number, settings }) => [number, settings]);
    expect(await order(1)).toEqual(await order(1));
    expect(await order(2)).not.toEqual(await order(1));
  });

  test("whole numbers stay whole", async () => {
    const { trials } = await search({
      space: { layers: { from: 1, to: 4, whole: true }, rate: space.rate },
      method: { kind: "random", trials: 60 },
    });
    expect(new Set(trials.map(({ settings }) => settings.layers))).toEqual(new Set([1, 2, 3, 4]));
  });

  test("halving gives the most budget to the best, and finds what a full search finds for less", async () => {
    let spent = 0;
    const evaluate: SearchOptions["evaluate"] = async (trial, budget) => {
      spent += budget;
      return world(trial, budget);
    };
    const halved = await search({
      method: { kind: "halving", trials: 27, budget: { from: 1, to: 27 }, factor: 3 },
      evaluate,
    });
    const full = await search({ method: { kind: "random", trials: 27, budget: 27 } });
    expect(halved.best).toEqual(full.best);
    expect(halved.trials.map(({ budget }) => budget)).toEqual([
      27,
      ...Array(2).fill(9),
      ...Array(6).fill(3),
      ...Array(18).fill(1),
    ]);
    expect(spent).toBe(27 * 4);
  });

  test("the smaller figure wins when minimising, and a trial that diverged comes last", async () => {
    const { best, trials } = await search({
      space: { x: { values: [3, 1, 2] } },
      method: { kind: "grid" },
      direction: "minimize",
      evaluate: async ({ settings }) => ({
        validation: settings.x === 1 ? Number.NaN : (settings.x as number),
      }),
    });
    expect(best.settings.x).toBe(2);
    expect(trials.map(({ settings, validation }) => [settings.x, validation])).toEqual([
      [2, 2],
      [3, 3],
      [1, null],
    ]);
  });

  test("two workers find the same, never three at a time", async () => {
    let [running, most] = [0, 0];
    const evaluate: SearchOptions["evaluate"] = async (trial, budget) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, trial.number % 3));
      running--;
      return world(trial, budget);
    };
    const found = await search({ workers: 2, evaluate });
    expect(most).toBe(2);
    expect(found.trials).toEqual((await search()).trials);
  });
});

describe("resuming", () => {
  test("a search that failed goes on where it stopped, and ends as one that did not", async () => {
    const state = file();
    const method = { kind: "halving", trials: 9, budget: { from: 1, to: 9 } } as const;
    let calls = 0;
    const failing: SearchOptions["evaluate"] = async (trial, budget) => {
      if (++calls === 11) throw new Error("out of memory");
      return world(trial, budget);
    };
    await expect(search({ state, method, evaluate: failing })).rejects.toThrow("out of memory");
    expect(readdirSync(join(state, ".."))).toEqual(["state.json"]);
    const resumed = await search({ state, method });
    expect(resumed).toMatchObject({ resumed: 10, evaluated: 3 });
    expect(resumed.trials).toEqual((await search({ method })).trials);
    expect(await search({ state, method })).toMatchObject({ resumed: 13, evaluated: 0 });
  });

  test("the file of another search is refused, and so is a damaged one; neither is overwritten", async () => {
    const state = file();
    await search({ state });
    const before = readFileSync(state, "utf8");
    await expect(search({ state, seed: 2 })).rejects.toThrow(/holds another search.*\n.*another file/);
    expect(readFileSync(state, "utf8")).toBe(before);
    writeFileSync(state, before.slice(0, 40));
    await expect(search({ state })).rejects.toThrow(expect.objectContaining({ code: "search-state" }));
    expect(readFileSync(state, "utf8")).toBe(before.slice(0, 40));
  });
});

describe("refusals", () => {
  test("a test figure has no place in a search", async () => {
    const evaluate = async () => ({ validation: 1, test: 0.5 });
    await expect(search({ evaluate })).rejects.toThrow(expect.objectContaining({ code: "search-on-test" }));
  });

  test.each([
    ["an empty space", { space: {} }, /no settings/],
    ["a list without values", { space: { x: { values: [] } } }, /x has no values/],
    ["a range upside down", { space: { x: { from: 2, to: 1 } } }, /x runs from 2 to 1/],
    ["a log range from 0", { space: { x: { from: 0, to: 1, scale: "log" } } }, /log scale\n.*above 0/],
    ["a grid of a range without steps", { method: { kind: "grid" } }, /rate is a range of undefined steps/],
    ["no trials", { method: { kind: "random", trials: 0 } }, /trials is 0/],
    ["three workers", { workers: 3 }, /workers is 3\n.*1 or 2/],
    [
      "a budget upside down",
      { method: { kind: "halving", trials: 2, budget: { from: 2, to: 1 } } },
      /from 2 to 1/,
    ],
    [
      "a factor of 1",
      { method: { kind: "halving", trials: 2, budget: { from: 1, to: 2 }, factor: 1 } },
      /factor is 1/,
    ],
    ["an unknown method", { method: { kind: "bayes" } }, /no search method "bayes"/],
    ["no figure", { evaluate: async () => ({}) }, /no validation figure/],
  ])("%s", async (_, options, message) => {
    await expect(search(options as unknown as Partial<SearchOptions>)).rejects.toThrow(message);
  });
});
