import { describe, expect, test } from "vitest";
import { ragged, type SequenceColumn } from "../../../src/data/index.js";
import { historyFeed, mqsaTed, sequenceBatches } from "../../../src/models/index.js";
import { defineModel } from "../../../src/models/model.js";
import { multiQueryBranch } from "../../../src/models/sequential/multi-query.js";
import {
  catalogueScores,
  pickPositions,
  type SequenceData,
  type SequenceInputs,
  type SequenceResult,
  sequence,
} from "../../../src/models/sequential/task.js";
import { linearCrossEntropy } from "../../../src/tensor/index.js";
import { createTrainer, fit, type Network } from "../../../src/train/index.js";

const [items, length] = [12, 5];
const small = { dim: 16, dropout: 0.2 };
const options = {
  seed: 1,
  optimizer: { kind: "adam" },
  embeddings: "exact",
  learningRate: 0.01,
  penalty: { embedding: 1e-4, network: 1e-4 },
} as const;
const run = { length, batchSize: 8, seed: 1 };

/** Everybody walks through all items in turn, from a start of their own. */
const walks = ragged(
  Array.from({ length: 24 }, (_, user) =>
    Array.from({ length: 3 + (user % 6) }, (__, t) => 1 + ((user + t) % items)),
  ),
  items + 1,
);

function trained(train: SequenceColumn, given: Partial<typeof mqsaTed.options>, epochs: number) {
  return fit(mqsaTed.trainable({ items, length }, given), {
    ...options,
    epochs,
    batches: mqsaTed.training(train, { ...run, options: given }),
  }).finish();
}

/** One branch that the last item asks, under prediction alone, written without MQSA-TED. */
const baseline = defineModel<SequenceData, SequenceInputs, SequenceResult, typeof small>({
  name: "mqsa-ted",
  task: {
    name: "sequence",
    inputs: sequence.inputs,
    finish: ({ hidden, table }, { history, targets }, data) => ({
      loss: linearCrossEntropy(pickPositions(hidden.flatten2d(), targets), table, targets.items),
      outputs: { scores: catalogueScores(hidden.at(1, -1), table, history, data) },
    }),
  },
  options: small,
  build({ history, nn }, o) {
    const rows = nn.parameter("items", [items, o.dim], { kind: "normal", deviation: 0.01 }, "embedding");
    const table = rows.pad(0, 1, 0);
    const real = history.greater(0);
    const embedded = table
      .gather(history)
      .mul(Math.sqrt(o.dim))
      .add(nn.positions(length, o.dim, 0.01));
    const x = nn.dropout(embedded, o.dropout).mul(real.cast("float32").unsqueeze(2));
    const branch = { ...o, blocks: 1, heads: 1, window: 1 };
    return { hidden: multiQueryBranch(nn.in("short"), x, real, branch), table };
  },
});

describe("MQSA-TED", () => {
  test("with the last item's branch alone and no lesson equals its baseline bit for bit", async () => {
    const alone = await trained(walks, { ...small, short: 1, distill: 0 }, 3);
    const plain = await fit(baseline.trainable({ items, length }), {
      ...options,
      epochs: 3,
      batches: (epoch) => sequenceBatches(walks, { ...run, epoch }),
    }).finish();
    expect(alone.trainer.state.step).toBe(9);
    expect(alone.trainer.state.parameters).toEqual(plain.trainer.state.parameters);
    const taught = await trained(walks, { ...small, short: 1 }, 3);
    expect(taught.trainer.state.parameters).not.toEqual(plain.trainer.state.parameters);
    await Promise.all([alone, plain, taught].map(({ trainer }) => trainer.release()));
  });

  test.each([{ short: 0.5 }, { short: 0 }, { short: 1 }])("learns what follows, %j", async (given) => {
    const { trainer } = await trained(walks, { ...small, ...given, dropout: 0.1 }, 40);
    for (const history of [[3], [2, 3], [10, 11, 12, 1, 2, 3], [9, 10, 11, 12, 1, 2, 3]]) {
      const { scores } = await trainer.predict(historyFeed([Int32Array.from(history)], length));
      const line = Array.from(scores!.data, Number);
      expect(line.indexOf(Math.max(...line)), String(history)).toBe(4);
      expect(Math.min(...line)).toBe(line[0]);
    }
    await trainer.release();
  });

  test("writes into the item vectors what follows what", async () => {
    // Nothing but the lesson: what the network predicts is worth nothing beside it.
    const { trainer } = await trained(walks, { ...small, distill: 100, dropout: 0 }, 40);
    const vectors = trainer.state.parameters.items!;
    const similarity = (a: number, b: number) =>
      Array.from({ length: 16 }, (_, k) => vectors[a * 16 + k]! * vectors[b * 16 + k]!).reduce(
        (x, y) => x + y,
      );
    const found = Array.from({ length: items }, (_, a) => {
      const others = Array.from({ length: items }, (__, b) => b).filter((b) => b !== a);
      const ranked = others.sort((b, c) => similarity(a, c) - similarity(a, b));
      return ranked.slice(0, 2).includes((a + 1) % items);
    });
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(10);
    await trainer.release();
  });

  test("teaches the positions asked for, the same ones for the same epoch", () => {
    const batches = (taught: number, epoch: number) => [
      ...(mqsaTed.training(walks, { ...run, options: { taught } })(epoch, {} as Network) as Iterable<
        Record<string, { data: ArrayLike<number> }>
      >),
    ];
    const heads = (taught: number, epoch: number) =>
      batches(taught, epoch).map((feeds) => Array.from(feeds["heads.positions"]!.data));
    expect(heads(4, 1)).toEqual(heads(4, 1));
    expect(heads(4, 1)).not.toEqual(heads(4, 2));
    expect(heads(4, 1).map((chosen) => chosen.length)).toEqual([4, 4, 4]);
    for (const [i, feeds] of batches(0, 1).entries()) {
      const all = Array.from(feeds["targets.positions"]!.data);
      expect(heads(0, 1)[i]!.toSorted((a, b) => a - b)).toEqual(all);
      for (const position of heads(4, 1)[i]!) expect(all).toContain(position);
    }
  });

  test("reads the latest items of a history that is too long, and answers an empty one with finite scores", async () => {
    const trainer = await createTrainer(mqsaTed.trainable({ items, length }, small), options);
    const scores = async (history: number[]) =>
      Array.from(
        (await trainer.predict(historyFeed([Int32Array.from(history)], length))).scores!.data,
        Number,
      );
    expect(await scores([7, 9, 1, 2, 3, 4, 5])).toEqual(await scores([1, 2, 3, 4, 5]));
    expect((await scores([])).every(Number.isFinite)).toBe(true);
    await trainer.release();
  });

  test("trains on people of one event beside others, on sequences that are all the same, and on items never seen", async () => {
    for (const train of [
      ragged([[1], [2], [1, 2, 3], []], items + 1),
      ragged(
        Array.from({ length: 20 }, () => [4, 4, 4, 4]),
        items + 1,
      ),
    ]) {
      const { trainer, history } = await trained(train, small, 2);
      expect(history.every(({ loss }) => Number.isFinite(loss))).toBe(true);
      const { scores } = await trainer.predict(historyFeed([Int32Array.of(12)], length));
      expect(Array.from(scores!.data, Number).every(Number.isFinite)).toBe(true);
      await trainer.release();
    }
    await expect(trained(ragged([[1], [2]], items + 1), small, 1)).rejects.toThrow(/epoch 1 has no batches/);
  });

  test("refuses options that cannot be meant", () => {
    const prepare = (given: Partial<typeof mqsaTed.options>) =>
      mqsaTed.training(walks, { ...run, options: given });
    expect(() => prepare({ short: 1.5 })).toThrow(/"short" is 1.5/);
    expect(() => prepare({ distill: -1 })).toThrow(/"distill" is -1/);
  });
});
