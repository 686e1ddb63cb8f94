import { describe, expect, test } from "vitest";
import { ragged } from "../../src/data/index.js";
import { historyFeed, sasRec, sequenceBatches } from "../../src/models/index.js";
import { createTrainer, fit } from "../../src/train/index.js";

const [items, length] = [6, 5];
const model = sasRec.trainable({ items, length }, { dim: 8, blocks: 1, dropout: 0.1 });
const options = { seed: 1, optimizer: { kind: "adam" }, embeddings: "exact" } as const;

describe("SASRec", () => {
  test("learns a cycle of items, whatever the length of the history, and never recommends padding", async () => {
    // Every user walks 1, 2, ... 6, 1, ... from a start of their own.
    const walks = Array.from({ length: 60 }, (_, user) =>
      Array.from({ length: 4 + (user % 5) }, (__, t) => 1 + ((user + t) % items)),
    );
    const sequences = ragged(walks, items + 1);
    const { trainer } = await fit(model, {
      ...options,
      epochs: 25,
      learningRate: 0.02,
      batches: (epoch) => sequenceBatches(sequences, { length, batchSize: 20, seed: 1, epoch }),
    }).finish();
    for (const history of [[3], [2, 3], [5, 6, 1, 2, 3], [1, 2, 3, 4, 5, 6, 1, 2, 3]]) {
      const { scores } = await trainer.predict(historyFeed([Int32Array.from(history)], length));
      const line = Array.from(scores!.data, Number);
      expect(line.indexOf(Math.max(...line)), String(history)).toBe(4);
      expect(Math.min(...line)).toBe(line[0]);
    }
    await trainer.release();
  });

  test("an empty history gets what is popular, where that is known; the others are scored as without it", async () => {
    const popularity = [0, 3, 9, 1, 0, 2, 5];
    const knowing = await createTrainer(
      sasRec.trainable({ items, length, popularity }, { dim: 8, blocks: 1 }),
      options,
    );
    const plain = await createTrainer(model, options);
    const feeds = historyFeed([Int32Array.of(), Int32Array.of(3, 1)], length);
    const known = Array.from((await knowing.predict(feeds)).scores!.data, Number);
    const unaware = Array.from((await plain.predict(feeds)).scores!.data, Number);
    expect(known.slice(1, items + 1)).toEqual(popularity.slice(1));
    expect(known[0]).toBeLessThan(-1e8);
    expect(known.slice(items + 1)).toEqual(unaware.slice(items + 1));
    await Promise.all([knowing.release(), plain.release()]);
    const wrong = sasRec.trainable({ items, length, popularity: [0, 1] });
    await expect(createTrainer(wrong, options)).rejects.toThrow(/popularity has 2 counts for 6 items/);
  });

  test("scores an empty history, and a batch of any size, with finite numbers", async () => {
    const trainer = await createTrainer(model, options);
    for (const users of [0, 1, 7]) {
      const histories = Array.from({ length: users }, (_, i) =>
        Int32Array.from({ length: i }, (__, t) => 1 + t),
      );
      const { scores } = await trainer.predict(historyFeed(histories, length));
      expect(scores!.shape).toEqual([users, items + 1]);
      expect([...scores!.data].every((score) => Number.isFinite(Number(score)))).toBe(true);
    }
    await expect(trainer.predict(historyFeed([Int32Array.of(items + 1)], length))).rejects.toThrow(
      /idx=7[\s\S]*an id lies outside its table/,
    );
    await trainer.release();
  });
});
