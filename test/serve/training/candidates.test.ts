import { afterAll, describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { defineConfig } from "../../../src/decide/index.js";
import { sequentialModels } from "../../../src/models/index.js";
import { openModel } from "../../../src/serve/runtime/models.js";
import { candidatesOf } from "../../../src/serve/training/candidates.js";
import type { Judged } from "../../../src/serve/training/request.js";
import { trainInChild } from "../../../src/serve/training/run-child.js";
import { temporaryFolder } from "../../support/cli.js";

const names = sequentialModels.map(({ name }) => name);
const items = ["", ...Array.from({ length: 40 }, (_, i) => `item${i}`)];

/** Sixty people who come ten times each. */
function train(candidates: readonly string[]) {
  const draw = random(4, "candidates");
  const length = 600;
  const said: string[] = [];
  const result = trainInChild(
    {
      folder: temporaryFolder(),
      items,
      user: Int32Array.from({ length }, (_, i) => i % 60),
      item: Int32Array.from({ length }, () => 1 + draw.integer(40)),
      at: Float64Array.from({ length }, (_, i) => i),
      candidates: candidates.map((name) => ({ name, options: { dim: 8 } })),
      seconds: 60,
      seed: 1,
    },
    ({ kind, ...message }) => {
      if (kind === "judged" && "model" in message) said.push(message.model);
    },
    new AbortController().signal,
  );
  return { result, said };
}

describe("every sequence model", () => {
  let judged: Judged[] = [];
  afterAll(() => {
    judged = [];
  });

  test("can be a candidate, in the order given, and is judged on the same people", {
    timeout: 180_000,
  }, async () => {
    const { result, said } = train(names);
    const { judged: found, untried, validationUsers } = await result;
    expect(untried).toEqual([]);
    expect(found.map(({ model }) => model)).toEqual(["popular", "markov", "item-knn", ...names]);
    expect(said).toEqual(found.map(({ model }) => model));
    for (const { validation, seconds, trained, model } of found) {
      expect(validation.length).toBe(validationUsers.length);
      expect(seconds).toBeGreaterThan(0);
      expect(trained).toBe(names.includes(model));
    }
    judged = found.filter(({ trained }) => trained);
  });

  test("has vectors by which an index finds what scoring every item finds", { timeout: 60_000 }, async () => {
    const { retrieval } = defineConfig({}).models.main!;
    expect(judged.length).toBe(names.length);
    for (const { bundle, model: name } of judged) {
      const exact = await openModel(bundle, 1);
      const indexed = await openModel(bundle, 1, { ...retrieval, approximateFrom: 1 });
      expect([name, exact.retrieval!().search, indexed.retrieval!().search]).toEqual([
        name,
        "exact",
        "approximate",
      ]);
      while (!indexed.retrieval!().ready) await new Promise((done) => setTimeout(done, 20));
      const past = ["item1", "item2", "item1"];
      const [whole, found] = [(await exact.scoreAll!(past))!, (await indexed.scoreAll!(past))!];
      const accept = (place: number) => place % 2 === 0;
      const best = [...(await whole.best(3, 1, accept))];
      expect([name, ...(await found.best(3, 1, accept))]).toEqual([name, ...best]);
      for (const place of best) expect(found.at(place)).toBeCloseTo(whole.at(place), 4);
      expect([whole.at(-1), found.at(-1)]).toEqual([Number.NaN, Number.NaN]);
      await Promise.all([exact.release(), indexed.release()]);
    }
  });
});

describe("what a recipe tries", () => {
  const of = (main: object) =>
    candidatesOf(defineConfig({ models: { main: { model: "best", ...main } } }).models.main!);

  test("is one model, or of the best those that are named, each with its own options", () => {
    expect(of({ model: "sasrec", options: { dim: 16 } })).toEqual([{ name: "sasrec", options: { dim: 16 } }]);
    expect(of({ candidates: ["gru4rec", "sasrec"], options: { sasrec: { dim: 32 } } })).toEqual([
      { name: "gru4rec", options: {} },
      { name: "sasrec", options: { dim: 32 } },
    ]);
    // The counted models take part in any case.
    expect(of({ model: "markov" })).toEqual([]);
    expect(of({ candidates: ["item-knn", "sasrec"] })).toEqual([{ name: "sasrec", options: {} }]);
  });

  test.each([
    [{ model: "bst" }, /model "bst"[\s\S]*did you mean "best"/],
    [{ candidates: ["gru4rek"] }, /model "gru4rek"[\s\S]*did you mean "gru4rec"/],
    [{ options: { dim: 32 } }, /model "dim"/],
  ])("%o names no model, which is an error", (main, said) => {
    expect(() => of(main)).toThrow(said);
  });
});
