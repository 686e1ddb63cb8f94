import { describe, expect, test } from "vitest";
import {
  contrastSamples,
  lightGcn,
  mmhcl,
  type PairData,
  pairBatches,
  pairSteps,
  sparseMatrix,
} from "../../../src/models/index.js";
import { createTrainer, fit, type Trainable } from "../../../src/train/index.js";

/** Two circles of people with four items each; person `u` lacks item `u` of theirs. Features tell the circles apart. */
const [users, items] = [8, 8];
const taken = Array.from({ length: users }, (_, user) =>
  [0, 1, 2, 3].filter((item) => item !== user % 4).map((item) => ({ user, item: item + (user < 4 ? 0 : 4) })),
).flat();
const interactions = sparseMatrix(
  users,
  items,
  taken.map(({ user }) => user),
  taken.map(({ item }) => item),
);
const looks = (tilt: number) => ({
  dim: 2,
  values: Float64Array.from({ length: items * 2 }, (_, i) => {
    const [item, d] = [Math.floor(i / 2), i % 2];
    return (item < 4 ? 1 - d : d) + tilt * 0.01 * (item % 3);
  }),
});
const data: PairData = { interactions, modalities: [looks(1), looks(-1)] };
const seed = 3;
const trainerOptions = { seed, optimizer: { kind: "adam" }, embeddings: "exact" } as const;
const batches = (epoch: number, samples = {}) =>
  pairBatches(interactions, { batchSize: 8, seed, epoch, samples });

async function trained(model: Trainable, epochs: number, samples = {}) {
  const { trainer } = await fit(model, {
    ...trainerOptions,
    epochs,
    learningRate: 0.02,
    batches: (epoch) => batches(epoch, samples),
  }).finish();
  const { users: u, items: i } = await trainer.predict({});
  const vectors = {
    users: Float32Array.from(u!.data as Float32Array),
    items: Float32Array.from(i!.data as Float32Array),
  };
  await trainer.release();
  return vectors;
}

function topOf(vectors: { users: Float32Array; items: Float32Array }, user: number, dim: number): number[] {
  const score = (item: number) =>
    Array.from(
      { length: dim },
      (_, d) => vectors.users[user * dim + d]! * vectors.items[item * dim + d]!,
    ).reduce((a, b) => a + b);
  return Array.from({ length: items }, (_, item) => item).sort((a, b) => score(b) - score(a));
}

describe("batches of pairs", () => {
  test("hold users once, an item of theirs and one that is not, the same for a seed and an epoch", () => {
    const all = [...batches(1)];
    expect(all).toHaveLength(pairSteps(interactions, 8));
    const has = (user: number, item: number) =>
      taken.some((pair) => pair.user === user && pair.item === item);
    for (const { user, positive, negative } of all) {
      expect([...user!.data].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      user!.data.forEach((who, i) => {
        expect(has(Number(who), Number(positive!.data[i]))).toBe(true);
        expect(has(Number(who), Number(negative!.data[i]))).toBe(false);
      });
    }
    expect([...batches(1)]).toEqual(all);
    expect([...batches(2)]).not.toEqual(all);
  });

  test("draw users with repetition where there are fewer than a batch, and different nodes for samples", () => {
    const [batch] = pairBatches(interactions, {
      batchSize: 20,
      seed,
      epoch: 1,
      samples: { nodes: { count: 5, of: 8 } },
    });
    expect(batch!.user!.shape).toEqual([20]);
    expect(new Set(batch!.nodes!.data as Int32Array).size).toBe(5);
    expect(Math.max(...(batch!.nodes!.data as Int32Array))).toBeLessThan(8);
  });

  test("refuse somebody who has everything, and a graph without interactions", () => {
    expect(() => [...pairBatches(sparseMatrix(1, 1, [0], [0]), { batchSize: 1, seed, epoch: 1 })]).toThrow(
      /excluded items cover all/,
    );
    expect(() => [...pairBatches(sparseMatrix(1, 1, [], []), { batchSize: 1, seed, epoch: 1 })]).toThrow(
      /no interactions/,
    );
  });
});

describe("MMHCL", () => {
  const small = { dim: 8, neighbours: 3, layers: 2 };

  test("without its contrasts is LightGCN, bit for bit", async () => {
    const plain = await trained(lightGcn.trainable(data, { dim: 8, layers: 2, penalty: 1e-3 }), 5);
    const without = await trained(
      mmhcl.trainable(data, { ...small, userContrast: 0, itemContrast: 0, penalty: 1e-3 }),
      5,
    );
    expect(without).toEqual(plain);
    const withUsers = await trained(mmhcl.trainable(data, { ...small, itemContrast: 0 }), 5);
    expect(withUsers).not.toEqual(plain);
  });

  test("finds what is missing from each circle", async () => {
    const vectors = await trained(mmhcl.trainable(data, small), 40);
    for (let user = 0; user < users; user++) {
      expect(topOf(vectors, user, 8).slice(0, 4).sort()).toEqual(user < 4 ? [0, 1, 2, 3] : [4, 5, 6, 7]);
    }
  });

  test("gives other lists when a modality is taken away or scaled differently per item, not when it is scaled whole", async () => {
    const second = {
      dim: 1,
      values: Float64Array.from({ length: items }, (_, item) => (item % 2 === 0 ? 1 : -1)),
    };
    const list = async (modalities: PairData["modalities"]) =>
      trained(mmhcl.trainable({ interactions, modalities: modalities! }, small), 10);
    const [first] = data.modalities!;
    const both = await list([first!, second]);
    const scaled = { ...second, values: second.values.map((value) => value * 8) };
    expect(await list([first!, scaled])).toEqual(both);
    const one = await list([first!]);
    const lists = (vectors: typeof both) =>
      Array.from({ length: users }, (_, user) => topOf(vectors, user, 8));
    expect(lists(one)).not.toEqual(lists(both));
  });

  test("places an item that nobody has yet among those that look like it", async () => {
    const cold = taken.filter(({ item }) => item !== 0);
    const without = sparseMatrix(
      users,
      items,
      cold.map(({ user }) => user),
      cold.map(({ item }) => item),
    );
    const { trainer } = await fit(
      mmhcl.trainable({ ...data, interactions: without }, { ...small, itemContrast: 0.5 }),
      {
        ...trainerOptions,
        epochs: 60,
        learningRate: 0.02,
        batches: (epoch) => pairBatches(without, { batchSize: 8, seed, epoch }),
      },
    ).finish();
    const { users: u, items: i } = await trainer.predict({});
    const score = (user: number) =>
      Array.from({ length: 8 }, (_, d) => Number(u!.data[user * 8 + d]) * Number(i!.data[d])).reduce(
        (a, b) => a + b,
      );
    const mean = (who: number[]) => who.map(score).reduce((a, b) => a + b) / who.length;
    expect(mean([0, 1, 2, 3])).toBeGreaterThan(mean([4, 5, 6, 7]));
    await trainer.release();
  });

  test("contrasts a sample of nodes where it is told to", async () => {
    const options = { ...small, contrastNodes: 5, userContrast: 0.1, itemContrast: 0.1 };
    const samples = contrastSamples(options, { users, items });
    expect(samples).toEqual({ "contrast.users": { count: 5, of: 8 }, "contrast.items": { count: 5, of: 8 } });
    expect(contrastSamples({ ...options, contrastNodes: 8 }, { users, items })).toEqual({});
    const vectors = await trained(mmhcl.trainable(data, options), 10, samples);
    expect(vectors.users.every(Number.isFinite)).toBe(true);
  });

  test("says what is missing", async () => {
    const build = (given: PairData) => createTrainer(mmhcl.trainable(given, small), trainerOptions);
    await expect(build({ interactions })).rejects.toThrow(/mmhcl: there are no item features/);
    await expect(build({ interactions: sparseMatrix(2, 2, [], []) })).rejects.toThrow(/no interactions/);
  });
});
