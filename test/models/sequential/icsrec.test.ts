import { describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { ragged, batches as rowBatches, type SequenceColumn } from "../../../src/data/index.js";
import { historyFeed, icsRec } from "../../../src/models/index.js";
import { defineModel } from "../../../src/models/model.js";
import { postNormBlock } from "../../../src/models/sequential/encoder.js";
import { prefixesOf } from "../../../src/models/sequential/prefixes.js";
import { catalogueScores, type SequenceData } from "../../../src/models/sequential/task.js";
import { input, linearCrossEntropy, type Tensor } from "../../../src/tensor/index.js";
import { createTrainer, type Feeds, fit, type Network, type Trainer } from "../../../src/train/index.js";

const [items, length] = [12, 5];
const small = { dim: 8, heads: 2, blocks: 2, dropout: 0.2, clusters: 3, restarts: 1, iterations: 5 };
const options = { seed: 1, optimizer: { kind: "adam" }, embeddings: "exact", learningRate: 0.01 } as const;
const run = { length, batchSize: 16, seed: 1 };

/** Everybody walks through all items in turn, from a start of their own. */
const walks = ragged(
  Array.from({ length: 24 }, (_, user) =>
    Array.from({ length: 3 + (user % 6) }, (__, t) => 1 + ((user + t) % items)),
  ),
  items + 1,
);

function trained(train: SequenceColumn, given: Partial<typeof icsRec.options>, epochs: number) {
  return fit(icsRec.trainable({ items, length }, given), {
    ...options,
    epochs,
    batches: icsRec.training(train, { ...run, options: given }),
  }).finish();
}

/** The same encoder under prediction alone, written without ICSRec. */
const baseline = defineModel({
  name: "icsrec",
  task: {
    name: "sequence",
    inputs: ({ length }: SequenceData) => ({
      history: input("history", "int32", ["batch", length]),
      target: input("target", "int32", ["batch"]),
    }),
    finish: (
      { state, table }: { state: Tensor; table: Tensor },
      { history, target }: { history: Tensor; target: Tensor },
      data: SequenceData,
    ) => ({
      loss: linearCrossEntropy(state, table.slice(0, 1), target.sub(1)),
      outputs: { scores: catalogueScores(state, table, history, data) },
    }),
  },
  options: { dim: 8, heads: 2, dropout: 0.2 },
  build({ history, nn }, o) {
    const initializer = { kind: "normal", deviation: 0.02 } as const;
    const table = nn.parameter("items", [items + 1, o.dim], initializer, "embedding");
    const padding = history.equal(0);
    const embedded = table.gather(history).add(nn.positions(length, o.dim));
    const x = nn.dropout(nn.layerNorm(embedded, 1e-12), o.dropout);
    const block = { ...o, causal: true, initializer, epsilon: 1e-12 };
    const y = postNormBlock(nn.in("block0"), x, padding, block);
    return {
      state: postNormBlock(nn.in("block1"), y.slice(1, length - 1), padding, block, y).at(1, 0),
      table,
    };
  },
});

function* baselineBatches(epoch: number): Generator<Feeds> {
  const prefixes = prefixesOf(walks, length);
  for (const chosen of rowBatches(prefixes.size, { batchSize: run.batchSize, seed: run.seed, epoch })) {
    yield {
      ...historyFeed(Array.from(chosen, prefixes.input), length),
      target: { data: chosen.map(prefixes.target), shape: [chosen.length] },
    };
  }
}

describe("ICSRec", () => {
  test("without contrasts equals its baseline bit for bit", async () => {
    const alone = await trained(walks, { ...small, coarse: 0, fine: 0 }, 3);
    const plain = await fit(baseline.trainable({ items, length }), {
      ...options,
      epochs: 3,
      batches: baselineBatches,
    }).finish();
    expect(alone.trainer.state.step).toBeGreaterThan(15);
    expect(alone.trainer.state.parameters).toEqual(plain.trainer.state.parameters);
    const contrasted = await trained(walks, { ...small, coarse: 0.1, fine: 0 }, 3);
    expect(contrasted.trainer.state.parameters).not.toEqual(plain.trainer.state.parameters);
    await Promise.all([alone, plain, contrasted].map(({ trainer }) => trainer.release()));
  });

  test.each([{ shared: true }, { shared: false }])(
    "learns what follows, with both contrasts, %j",
    async (given) => {
      const { trainer } = await trained(
        walks,
        { ...small, ...given, coarse: 0.1, fine: 0.1, dropout: 0.1 },
        25,
      );
      for (const history of [[3], [2, 3], [10, 11, 12, 1, 2, 3], [9, 10, 11, 12, 1, 2, 3]]) {
        const { scores } = await trainer.predict(historyFeed([Int32Array.from(history)], length));
        const line = Array.from(scores!.data, Number);
        expect(line.indexOf(Math.max(...line)), String(history)).toBe(4);
        expect(Math.min(...line)).toBe(line[0]);
      }
      await trainer.release();
    },
  );

  test("gives the same weights for the same seed, clusters and partners included", async () => {
    const given = { ...small, most: 2, clustered: 30 };
    const [a, b] = [await trained(walks, given, 2), await trained(walks, given, 2)];
    expect(a.trainer.state.parameters).toEqual(b.trainer.state.parameters);
    await Promise.all([a, b].map(({ trainer }) => trainer.release()));
  });

  test("reads the latest items of a history that is too long, and answers an empty one with finite scores", async () => {
    const trainer = await createTrainer(icsRec.trainable({ items, length }, small), options);
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
    const prepare = (given: Partial<typeof icsRec.options>) =>
      icsRec.training(walks, { ...run, options: given });
    expect(() => prepare({ pairing: "first" })).toThrow(/"pairing" is "first"/);
    expect(() => prepare({ coarse: -0.1 })).toThrow(/"coarse" is -0.1/);
  });
});

describe("states that lead to the same item", () => {
  /** Each of six items is led to by two others, which have nothing else in common. */
  const source = random(4, "shared targets");
  const train = ragged(
    Array.from({ length: 400 }, () => {
      const goal = source.integer(6);
      return [7 + ((goal + (source.integer(2) === 0 ? 0 : 1)) % 6), 1 + goal];
    }),
    items + 1,
  );

  async function cosine(trainer: Trainer | Network, pairs: readonly [number, number][]): Promise<number> {
    let total = 0;
    for (const pair of pairs) {
      const fed = historyFeed(
        pair.map((item) => Int32Array.of(item)),
        length,
      );
      const states = Float64Array.from((await trainer.probe(fed)).state!.data as Float32Array);
      const [a, b] = [states.subarray(0, small.dim), states.subarray(small.dim)];
      total += dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }
    return total / pairs.length;
  }

  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

  test("lie nearer to each other than others do", async () => {
    const { trainer } = await trained(train, { ...small, dropout: 0.1, coarse: 0.3 }, 8);
    const together = Array.from({ length: 6 }, (_, i): [number, number] => [7 + i, 7 + ((i + 1) % 6)]);
    const apart = Array.from({ length: 6 }, (_, i): [number, number] => [7 + i, 7 + ((i + 3) % 6)]);
    expect(await cosine(trainer, together)).toBeGreaterThan((await cosine(trainer, apart)) + 0.1);
    await trainer.release();
  });
});
