import { describe, expect, test } from "vitest";
import { ragged, type SequenceColumn } from "../../../src/data/index.js";
import {
  cl4SRec,
  historyFeed,
  prefixBatches,
  type SequenceModel,
  sasRec,
  sasRecBce,
  sequentialModels,
} from "../../../src/models/index.js";
import { createTrainer, type Feeds, fit, weights } from "../../../src/train/index.js";

const [items, length] = [6, 5];
const run = { length, batchSize: 20, seed: 1 };
const common = { seed: 1, optimizer: { kind: "adam" }, embeddings: "exact" } as const;

/** Every user walks 1, 2, ... 6, 1, ... from a start of their own. */
const walks = ragged(
  Array.from({ length: 60 }, (_, user) =>
    Array.from({ length: 2 + (user % 7) }, (__, t) => 1 + ((user + t) % items)),
  ),
  items + 1,
);

async function trained(
  model: SequenceModel,
  options: Record<string, unknown>,
  train: SequenceColumn = walks,
  epochs = 25,
) {
  const { trainer } = await fit(model.trainable({ items: train.size - 1, length }, options), {
    ...common,
    epochs,
    learningRate: 0.02,
    batches: model.training(train, { ...run, options }),
  }).finish();
  return trainer;
}

const cases: [string, SequenceModel, Record<string, unknown>][] = [
  ...sequentialModels.map((model): [string, SequenceModel, Record<string, unknown>] => [
    model.name,
    model,
    // What restores masks needs more of them in so short a history, and more epochs; clusters ask the network, which has tests of its own.
    {
      dim: 8,
      dropout: 0.1,
      ...(model.name === "bert4rec" && { masked: 0.4 }),
      ...(model.name === "icsrec" && { fine: 0 }),
    },
  ]),
  ["sasrec with sampled softmax", sasRec, { dim: 8, blocks: 1, loss: "sampled", negatives: 3 }],
];

describe.each(cases)("%s", (_, model, options) => {
  test("learns a cycle of items, whatever the length of the history, and never recommends padding", async () => {
    const trainer = await trained(model, options, walks, model.name === "bert4rec" ? 150 : 40);
    for (const history of [
      [2, 3],
      [1, 2, 3],
      [5, 6, 1, 2, 3],
      [1, 2, 3, 4, 5, 6, 1, 2, 3],
    ]) {
      const { scores } = await trainer.predict(historyFeed([Int32Array.from(history)], length));
      const line = Array.from(scores!.data, Number);
      expect(line).toHaveLength(items + 1);
      expect(line.indexOf(Math.max(...line)), String(history)).toBe(4);
      expect(Math.min(...line)).toBe(line[0]);
    }
    await trainer.release();
  });

  test("identical sequences give the only follower, and an item nobody has had does no harm", async () => {
    const same = ragged(
      Array.from({ length: 20 }, () => [1, 2]),
      4,
    );
    const trainer = await trained(model, options, same);
    const histories = [Int32Array.of(1), Int32Array.of(3), Int32Array.of()];
    const { scores } = await trainer.predict(historyFeed(histories, length));
    const lines = Array.from(scores!.data, Number);
    expect(lines.every(Number.isFinite)).toBe(true);
    // The history is no candidate: what is left is the follower and the item nobody has had.
    expect(lines[2]).toBeGreaterThan(lines[3]!);
    await trainer.release();
  });

  test("people of one event train nothing", async () => {
    const batches = model.training(ragged([[1], [2], [3]], items + 1), { ...run, options });
    const none: Feeds[] = [];
    for await (const feeds of batches(1, { predict: unasked, probe: unasked })) none.push(feeds);
    expect(none).toEqual([]);
  });

  test("an epoch's batches are the same whenever asked for, and another epoch's are not", async () => {
    const batches = model.training(walks, { ...run, options });
    const epoch = async (n: number) => {
      const found: Feeds[] = [];
      for await (const feeds of batches(n, { predict: unasked, probe: unasked })) found.push(feeds);
      return found;
    };
    const first = await epoch(1);
    expect(first.length).toBeGreaterThan(1);
    expect(await epoch(1)).toEqual(first);
    expect(await epoch(2)).not.toEqual(first);
  });

  test("an empty history gets what is popular", async () => {
    const popularity = [0, 3, 9, 1, 0, 2, 5];
    const trainer = await createTrainer(model.trainable({ items, length, popularity }, options), common);
    const { scores } = await trainer.predict(historyFeed([Int32Array.of()], length));
    expect(Array.from(scores!.data, Number).slice(1)).toEqual(popularity.slice(1));
    await trainer.release();
  });

  test("of a history longer than the limit, the last items count and no others", async () => {
    const trainer = await createTrainer(model.trainable({ items, length }, options), common);
    const scored = async (...history: number[]) => {
      const { scores } = await trainer.predict(historyFeed([Int32Array.from(history)], length));
      return Array.from(scores!.data, Number);
    };
    const cut = await scored(4, 5, 6, 1, 2);
    expect(await scored(1, 2, 3, 4, 5, 6, 1, 2)).toEqual(cut);
    expect(await scored(4, 5, 6, 1, 3)).not.toEqual(cut);
    await trainer.release();
  });
});

async function unasked(): Promise<never> {
  throw new Error("these batches ask nothing of the network");
}

describe("without its new part, a model is its baseline to the last bit", () => {
  const weightsOf = async (model: SequenceModel, options: Record<string, unknown>) => {
    const trainer = await trained(model, { dim: 8, ...options }, walks, 3);
    const found = weights(trainer.state);
    await trainer.release();
    return found;
  };

  test("CL4SRec with lambda 0 is SASRec", async () => {
    const plain = await weightsOf(sasRec, {});
    expect(await weightsOf(cl4SRec, { lambda: 0 })).toEqual(plain);
    expect(await weightsOf(cl4SRec, {})).not.toEqual(plain);
  });

  test("gBCE with t 0 and one negative a position is binary cross-entropy", async () => {
    const plain = await weightsOf(sasRecBce, {});
    const same = { loss: "gbce", negatives: 1, shared: false };
    expect(await weightsOf(sasRec, { ...same, calibration: 0 })).toEqual(plain);
    expect(await weightsOf(sasRec, { ...same, calibration: 0.75 })).not.toEqual(plain);
  });
});

test("an unseen item is drawn as negative of binary cross-entropy, any item where somebody has had all", async () => {
  const train = ragged(
    [
      [1, 2, 3],
      [1, 2, 3, 4, 5, 6],
    ],
    items + 1,
  );
  const batches = sasRec.training(train, { ...run, options: { loss: "bce" } });
  for await (const feeds of batches(1, { predict: unasked, probe: unasked })) {
    const own = feeds["targets.own"]!.data as Int32Array;
    const positions = feeds["targets.positions"]!.data as Int32Array;
    const history = feeds.history!.data as Int32Array;
    own.forEach((negative, token) => {
      const user = Math.floor(positions[token]! / length);
      const everything = history.subarray(user * length, (user + 1) * length).includes(5);
      if (everything) expect(negative).toBeGreaterThanOrEqual(1);
      else expect(negative).toBeGreaterThan(3);
    });
  }
});

test("every prefix of every sequence is one sample, cut to its last items", () => {
  const train = ragged([[1, 2, 3], [4], [1, 2, 3, 4, 5, 6, 1]], items + 1);
  const samples = [...prefixBatches(train, { ...run, batchSize: 3, epoch: 1 })].flatMap((feeds) => {
    const history = feeds.history!.data as Int32Array;
    return Array.from(feeds["targets.items"]!.data as Int32Array, (target, i) => {
      expect(feeds["targets.positions"]!.data[i]).toBe((i + 1) * length - 1);
      return [...history.subarray(i * length, (i + 1) * length), "->", target].join(" ");
    });
  });
  expect(samples.sort()).toEqual(
    [
      "0 0 0 0 1 -> 2",
      "0 0 0 1 2 -> 3",
      "0 0 0 0 1 -> 2",
      "0 0 0 1 2 -> 3",
      "0 0 1 2 3 -> 4",
      "0 1 2 3 4 -> 5",
      "1 2 3 4 5 -> 6",
      "2 3 4 5 6 -> 1",
    ].sort(),
  );
});
