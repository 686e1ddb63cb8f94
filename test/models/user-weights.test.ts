import { expect, test } from "vitest";
import { ragged, row } from "../../src/data/index.js";
import { fmlpRec, gSasRec, type SequenceModel, sasRec } from "../../src/models/index.js";
import { createTrainer, type Feeds } from "../../src/train/index.js";

const [items, length] = [9, 4];
const train = ragged(
  [
    [1, 2, 3, 4],
    [5, 6],
    [7, 8, 9],
  ],
  items + 1,
);

/** The first batch of an epoch, as the model's own training makes it. */
async function batch(
  sequences: typeof train,
  weights?: number[],
  model: SequenceModel = sasRec,
): Promise<Feeds> {
  const batches = model.training(sequences, { length, batchSize: 8, seed: 1, weights });
  const network = { predict: () => Promise.reject(), probe: () => Promise.reject() };
  for await (const feeds of batches(1, network)) return feeds;
  throw new Error("no batch");
}

async function lossOf(feeds: Feeds, weighted: boolean, model: SequenceModel = sasRec): Promise<number> {
  const given = { dim: 8, dropout: 0 };
  const trainer = await createTrainer(model.trainable({ items, length, weighted }, given), {
    seed: 1,
    optimizer: { kind: "adam" },
    embeddings: "exact",
  });
  const loss = await trainer.step(feeds, 0.01);
  await trainer.release();
  return loss;
}

test("the weighted loss is the mean over all targets of the user's weight times the target's loss", async () => {
  const weights = [0.5, 0, 2];
  const each = await Promise.all(
    weights.map(async (_, user) => lossOf(await batch(ragged([row(train, user)], items + 1)), false)),
  );
  const targets = weights.map((_, user) => row(train, user).length - 1);
  const total = weights.reduce((sum, weight, user) => sum + weight * targets[user]! * each[user]!, 0);
  const expected = total / targets.reduce((a, b) => a + b);
  expect(await lossOf(await batch(train, weights), true)).toBeCloseTo(expected, 5);
});

test.each([gSasRec, fmlpRec].map((model) => [model.name, model as SequenceModel] as const))(
  "the loss of %s is weighted too",
  async (_, model) => {
    const once = await lossOf(await batch(train, [1, 1, 1], model), true, model);
    expect(await lossOf(await batch(train, [3, 3, 3], model), true, model)).toBeCloseTo(3 * once, 4);
    expect(await lossOf(await batch(train, [0, 0, 0], model), true, model)).toBe(0);
  },
);

test("weights of 1 give the loss without weights to the last bit", async () => {
  expect(await lossOf(await batch(train, [1, 1, 1]), true)).toBe(await lossOf(await batch(train), false));
});

test("a weighted graph without weights is an error that names them", async () => {
  await expect(lossOf(await batch(train), true)).rejects.toThrow(/targets\.weights/);
});
