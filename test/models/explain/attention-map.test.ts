import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPredictor } from "../../../src/bundles/index.js";
import { type AttentionMap, attentionMap, autoInt, fm, strongestPairs } from "../../../src/models/index.js";
import { createTrainer, type Trainer } from "../../../src/train/index.js";
import { plantedFields, plantedNames, plantedRows, trainPlanted } from "../../support/planted-pair.js";

const model = autoInt.trainable(
  { fields: plantedFields },
  { dim: 4, layers: 2, width: 16, heads: 2, explain: true },
);
const fresh = plantedRows(1000, 5);
const directed = (pairs: { from: string; to: string }[]) => pairs.map(({ from, to }) => `${from} -> ${to}`);
const peak = ({ weights }: AttentionMap) =>
  Math.max(...weights) / (weights.reduce((a, b) => a + b) / weights.length);

describe("AutoInt trained where only the pair of a and c matters", () => {
  let trainer: Trainer;
  beforeAll(async () => {
    trainer = await trainPlanted(model, plantedRows(2000, 1));
  });
  afterAll(() => trainer.release());
  const map = (options?: { layer: number }, rows = [fresh]) =>
    attentionMap((feeds) => trainer.predict(feeds), rows, plantedNames, options);

  test("attends from each to the other in its first layer", async () => {
    const first = await map({ layer: 1 });
    expect(directed(strongestPairs(first, 2)).toSorted()).toEqual(["a -> c", "c -> a"]);
    expect(peak(first)).toBeGreaterThan(1.8);
  });

  test("shows them at the top over all layers", async () => {
    const all = await map();
    expect(["a -> c", "c -> a"]).toContain(directed(strongestPairs(all, 1))[0]);
  });

  test("explains one row by itself, and rows in batches as rows at once", async () => {
    const ids = fresh.fields!.data as Int32Array;
    const row = (at: number) => ({ fields: { data: ids.slice(4 * at, 4 * at + 4), shape: [1, 4] } });
    const two = { fields: { data: ids.slice(0, 8), shape: [2, 4] } };
    const [first, second, both, apart] = [
      await map(undefined, [row(0)]),
      await map(undefined, [row(1)]),
      await map(undefined, [two]),
      await map(undefined, [row(0), row(1)]),
    ];
    expect(first.weights).not.toEqual(second.weights);
    both.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo((first.weights[i]! + second.weights[i]!) / 2, 6);
      expect(apart.weights[i]).toBeCloseTo(weight, 6);
    });
    for (let from = 0; from < 4; from++) {
      const row = both.weights.slice(4 * from, 4 * from + 4);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
  });

  test("is explained the same by its exported graph", async () => {
    const predictor = await openPredictor(trainer.exportOnnx(), []);
    const rows = { fields: fresh.fields! };
    expect((await attentionMap((feeds) => predictor.run(feeds), [rows], plantedNames)).weights).toEqual(
      (await map(undefined, [fresh])).weights,
    );
    await predictor.release();
  });

  test.each<[string, () => Promise<AttentionMap>, RegExp]>([
    ["a layer it does not have", () => map({ layer: 3 }), /option "layer" is 3\n.*from 1 to 2/],
    ["no rows", () => map(undefined, []), /there are no rows to explain/],
    [
      "names of other fields",
      () => attentionMap((feeds) => trainer.predict(feeds), [fresh], ["a", "b"]),
      /attends over 4 fields, and 2 are named/,
    ],
  ])("refuses %s", async (_, explain, message) => {
    await expect(explain()).rejects.toThrow(message);
  });
});

test("AutoInt trained on labels of other rows spreads its attention", async () => {
  const trainer = await trainPlanted(model, plantedRows(2000, 1, { shuffled: true }));
  const map = await attentionMap((feeds) => trainer.predict(feeds), [fresh], plantedNames);
  expect(peak(map)).toBeLessThan(1.35);
  await trainer.release();
});

test("a model without attention says so", async () => {
  const trainer = await createTrainer(fm.trainable({ fields: plantedFields }), {
    seed: 1,
    optimizer: { kind: "sgd" },
    embeddings: "exact",
  });
  const explain = attentionMap((feeds) => trainer.predict(feeds), [fresh], plantedNames);
  await expect(explain).rejects.toThrow(/the model returns no attention\n.*explain: true/);
  await trainer.release();
});
