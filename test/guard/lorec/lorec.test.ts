import { describe, expect, test } from "vitest";
import { ragged, rowsOf } from "../../../src/data/index.js";
import { auc } from "../../../src/evaluate/index.js";
import {
  attacks,
  calibrationDefaults,
  inject,
  openCalibration,
  trainGuarded,
} from "../../../src/guard/index.js";
import {
  bert4Rec,
  cl4SRec,
  fmlpRec,
  gru4Rec,
  gSasRec,
  type SequenceModel,
  sasRec,
  sasRecBce,
} from "../../../src/models/index.js";
import { createTrainer, fit, weights as weightsOf } from "../../../src/train/index.js";

const items = 60;
const length = 8;
/** Three crowds that each walk through items of their own. */
const genuine = ragged(
  Array.from({ length: 90 }, (_, u) =>
    Array.from({ length: 6 + (u % 3) }, (__, t) => 1 + (u % 3) * 18 + ((u * 5 + t) % 18)),
  ),
  items + 1,
);
const attackers = attacks.random(genuine, { share: 0.05, targets: [58], seed: 1 });
const train = inject(genuine, attackers);
const fakes = attacks.random(genuine, { share: 0.2, targets: [55, 56, 57], seed: 2 }).sequences;
const small = { dim: 8, blocks: 1, dropout: 0.1 };
const options = {
  seed: 1,
  optimizer: { kind: "adam" },
  learningRate: 0.01,
  batchSize: 32,
  length,
  epochs: 4,
  options: small,
  fakes,
  calibrator: { hidden: 16, blocks: 1, batchSize: 64, learningRate: 0.01 },
} as const;

describe("training that is guarded", () => {
  test.each(
    [sasRec, sasRecBce, gSasRec, gru4Rec, fmlpRec, cl4SRec].map(
      (model) => [model.name, model as SequenceModel] as const,
    ),
  )(
    "equals plain %s bit for bit while no weights are used",
    async (_, model) => {
      const given = Object.fromEntries(Object.entries(small).filter(([name]) => name in model.options));
      const run = { length, batchSize: 32, seed: 1, options: given };
      const plain = await fit(model.trainable({ items, length }, given), {
        seed: 1,
        optimizer: { kind: "adam" },
        learningRate: 0.01,
        epochs: 3,
        embeddings: "exact",
        batches: model.training(train, run),
      }).finish();
      const guarded = await trainGuarded(model, train, { ...options, options: given, epochs: 3, start: 4 });
      expect(weightsOf(guarded.trainer.state)).toEqual(weightsOf(plain.trainer.state));
      await plain.trainer.release();
      await guarded.trainer.release();
    },
    60_000,
  );

  test("lowers the weights of attackers, keeps the sum of states, and says when and why", async () => {
    const { states, weights, trail, trainer } = await trainGuarded(sasRec, train, {
      ...options,
      epochs: 20,
      start: 3,
      every: 1,
      passes: 8,
      calibrator: { ...options.calibrator, batchSize: 16, learningRate: 0.001 },
    });
    await trainer.release();
    const users = rowsOf(genuine);
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;
    const isAttacker = Array.from(states, (_, account) => Number(account >= users));
    expect(
      auc(
        isAttacker,
        states.map((state) => -state),
      ),
    ).toBeGreaterThan(0.8);
    expect(Math.abs(mean(states) - 3)).toBeLessThan(1e-6);
    expect(Math.max(...weights)).toBeLessThanOrEqual(1.05);
    // What was recorded, played back, gives the weights that came out.
    expect(trail.length).toBeGreaterThan(0);
    const last = new Map(trail.flatMap(({ changes }) => changes).map((change) => [change.account, change]));
    weights.forEach((weight, account) => {
      if (weight < 1) expect(last.get(account)!.after).toBeCloseTo(weight, 12);
    });
    for (const { postponed, flagged, changes } of trail) {
      expect(postponed).toBe(flagged >= rowsOf(train) / 3);
      if (postponed) expect(changes).toEqual([]);
    }
    expect(JSON.parse(JSON.stringify(trail))).toEqual(trail);
  }, 120_000);

  test("gives the same states for the same seed", async () => {
    const run = async () => {
      const { states, trainer } = await trainGuarded(sasRec, train, options);
      await trainer.release();
      return states;
    };
    expect(await run()).toEqual(await run());
  }, 60_000);

  test.each([
    [{ fakes: [] }, /no fakes/],
    [{ views: [null] }, /1 views for/],
    [
      { views: [...Array(rowsOf(train) + fakes.length - 1).fill(new Float32Array(3)), new Float32Array(4)] },
      /has 4 values/,
    ],
    [{ start: 0 }, /start is 0/],
    [{ every: 1.5 }, /every is 1.5/],
  ])("refuses what cannot be meant: %#", async (wrong, message) => {
    await expect(trainGuarded(sasRec, train, { ...options, ...wrong })).rejects.toThrow(message);
  });

  test("refuses a model whose loss cannot be weighted", async () => {
    await expect(trainGuarded(bert4Rec, train, { ...options, options: { dim: 8 } })).rejects.toThrow(
      /the batches of bert4rec carry no weights/,
    );
    await expect(trainGuarded({ ...sasRec, task: "other" }, train, options)).rejects.toThrow(
      /no weight for each user/,
    );
  });
});

describe("the calibrator beside a recommender", () => {
  const users = Array.from({ length: 40 }, (_, u) =>
    Int32Array.from({ length: 6 }, (__, t) => 1 + ((u + t * t) % items)),
  );
  const network = () =>
    createTrainer(sasRec.trainable({ items, length }, small), {
      seed: 1,
      optimizer: { kind: "adam" },
      embeddings: "exact",
    });
  const sizes = { ...calibrationDefaults, length, width: 16, hidden: 16, blocks: 1, batchSize: 32, seed: 1 };

  test("never changes the recommender", async () => {
    const trainer = await network();
    const before = structuredClone(weightsOf(trainer.state));
    const calibration = await openCalibration({ users, fakes }, { ...sizes, view: null });
    const first = await calibration.pass(trainer);
    for (let pass = 0; pass < 5; pass++) await calibration.pass(trainer);
    expect(await calibration.pass(trainer)).toBeLessThan(first);
    expect(weightsOf(trainer.state)).toEqual(before);
    await calibration.release();
    await trainer.release();
  });

  test("agrees with scripted views within 20 epochs, and leaves missing views out", async () => {
    const trainer = await network();
    // One view for each kind of account, and none for some.
    const views = Array.from({ length: users.length + fakes.length }, (_, account) => {
      if (account % 7 === 0) return null;
      return Float32Array.from({ length: 4 }, (__, i) => Number(i === (account < users.length ? 0 : 1)));
    });
    const calibration = await openCalibration(
      { users, fakes, views },
      { ...sizes, view: 4, learningRate: 0.01 },
    );
    const before = await calibration.agreement(trainer);
    for (let pass = 0; pass < 40; pass++) await calibration.pass(trainer);
    const after = await calibration.agreement(trainer);
    expect(before).toBeLessThan(0.5);
    expect(after).toBeGreaterThan(0.9);
    await calibration.release();
    await trainer.release();
  }, 60_000);
});
