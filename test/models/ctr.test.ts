import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { batches } from "../../src/data/index.js";
import { auc } from "../../src/evaluate/index.js";
import { ctrModels, dcnV2, deepFM, dnn, fm, lr } from "../../src/models/index.js";
import {
  createTrainer,
  type Feeds,
  fit,
  parameterCount,
  type Trainable,
  type Trainer,
  weights,
} from "../../src/train/index.js";

describe("parameter counts are those published for Frappe_x1 (FuxiCTR 1.x: one row more than tokens a field)", () => {
  const tokens = [954, 4082, 7, 7, 2, 3, 2, 9, 80, 233];
  const fields = tokens.map((count, i) => ({ name: `field${i}`, size: count + 1 }));
  const deep = { hidden: [400, 400, 400], batchNorm: true };
  test.each([
    ["LR", lr.trainable({ fields }), 5_390],
    ["FM", fm.trainable({ fields }), 59_280],
    ["DNN", dnn.trainable({ fields }, deep), 417_891],
    ["DeepFM", deepFM.trainable({ fields }, deep), 423_280],
    ["DCN-V2", dcnV2.trainable({ fields }, { ...deep, crossLayers: 4 }), 458_391],
    ["DCN-V2, cross network alone", dcnV2.trainable({ fields }, { crossLayers: 4, hidden: [] }), 94_391],
  ])("%s", (_, model, published) => expect(parameterCount(model)).toBe(published));
});

const fields = [4, 3, 5].map((size, i) => ({ name: "abc"[i]!, size }));
const starts = [0, 4, 7];

/** A trainer with random weights, and its logits on ten random rows. */
async function open(
  model: Trainable,
): Promise<{ trainer: Trainer; logits: (rows?: number[][]) => Promise<number[]> }> {
  const trainer = await createTrainer(model, { seed: 1, optimizer: { kind: "sgd" }, embeddings: "exact" });
  for (const [name, array] of Object.entries(weights(trainer.state))) {
    const source = random(2, name);
    array.forEach((_, i) => {
      array[i] = source.normal() * 0.5;
    });
  }
  const logits = async (rows = randomRows()) => {
    const data = Int32Array.from(rows.flat());
    const { probability } = await trainer.predict({ fields: { data, shape: [rows.length, 3] } });
    return Array.from(probability!.data as Float32Array, (p) => Math.log(p / (1 - p)));
  };
  return { trainer, logits };
}

function randomRows(): number[][] {
  const source = random(3, "rows");
  return Array.from({ length: 10 }, () => fields.map(({ size }, f) => starts[f]! + source.integer(size)));
}

const closeTo = (found: number[], wanted: number[]) =>
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 5);
  });

describe("without its interactions", () => {
  test("FM is LR", async () => {
    const [factorized, linear] = [await open(fm.trainable({ fields })), await open(lr.trainable({ fields }))];
    const before = await factorized.logits();
    weights(factorized.trainer.state).embedding!.fill(0);
    const after = await factorized.logits();
    expect(after).not.toEqual(before);
    closeTo(after, await linear.logits());
  });

  test("DeepFM is LR without a bias plus its MLP", async () => {
    const options = { dim: 4, hidden: [6] };
    const whole = await open(deepFM.trainable({ fields }, options));
    const network = await open(dnn.trainable({ fields }, options));
    const linear = await open(lr.trainable({ fields }));
    weights(linear.trainer.state)["linear2/bias"]!.fill(0);
    // Products of pairs vanish when all fields but one embed to zero.
    for (const { trainer } of [whole, network]) weights(trainer.state).embedding!.fill(0, 4 * 4);
    const [deep, first] = [await network.logits(), await linear.logits()];
    closeTo(
      await whole.logits(),
      deep.map((logit, i) => logit + first[i]!),
    );
  });

  test("DCN-V2 is its last linear map of the embeddings and the MLP, whatever the number of cross layers", async () => {
    const options = { dim: 4, hidden: [6] };
    const [four, none] = [
      await open(dcnV2.trainable({ fields }, { ...options, crossLayers: 4 })),
      await open(dcnV2.trainable({ fields }, { ...options, crossLayers: 0 })),
    ];
    const arrays = weights(four.trainer.state);
    for (const name of ["linear", "linear2", "linear3", "linear4"]) {
      for (const part of ["weight", "bias"]) arrays[`${name}/${part}`]!.fill(0);
    }
    // With no cross layer the last map is the first linear layer of the model.
    const others = weights(none.trainer.state);
    for (const part of ["weight", "bias"]) others[`linear/${part}`]!.set(arrays[`linear5/${part}`]!);
    closeTo(await four.logits(), await none.logits());
  });
});

test("the order of fields means nothing to FM, and something to a network of concatenated embeddings", async () => {
  const shuffled = (rows: number[][]) => rows.map(([a, b, c]) => [c!, a!, b!]);
  const factorized = await open(fm.trainable({ fields }));
  closeTo(await factorized.logits(shuffled(randomRows())), await factorized.logits());
  const network = await open(dnn.trainable({ fields }, { hidden: [6] }));
  const [there, back] = [await network.logits(shuffled(randomRows())), await network.logits()];
  expect(there.some((logit, i) => Math.abs(logit - back[i]!) > 0.01)).toBe(true);
});

describe("in a world where only the pair of two fields matters", () => {
  const source = random(11, "pairs");
  const size = 6;
  const world = Array.from({ length: 600 }, () => [source.integer(size), source.integer(size)] as const);
  const feeds = (rows: Iterable<number>): Feeds => {
    const chosen = Array.from(rows, (i) => world[i]!);
    return {
      fields: { data: Int32Array.from(chosen.flatMap(([a, b]) => [a, size + b])), shape: [chosen.length, 2] },
      label: { data: Float32Array.from(chosen, ([a, b]) => (a + b) % 2), shape: [chosen.length] },
    };
  };
  const train = async (model: Trainable) => {
    const { trainer } = await fit(model, {
      seed: 1,
      optimizer: { kind: "adam" },
      embeddings: "exact",
      epochs: 25,
      learningRate: 0.04,
      *batches(epoch) {
        for (const rows of batches(world.length, { batchSize: 150, seed: 1, epoch })) yield feeds(rows);
      },
    }).finish();
    const every = feeds(world.keys());
    const { probability } = await trainer.predict(every);
    const found = {
      area: auc(every.label!.data as Float32Array, probability!.data as Float32Array),
      trainer,
    };
    const arrays = Object.values(weights(trainer.state)).map((array) => [...array]);
    await trainer.release();
    return { area: found.area, arrays };
  };

  // Sizes for a small world, of those models that have them.
  const small: Record<string, unknown> = {
    dim: 4,
    hidden: [16],
    secondHidden: [16],
    gateHidden: [16],
    neurons: 32,
    factorHidden: [16],
    maps: [8, 8],
  };

  test.each(ctrModels.map((model) => [model.name, model] as const))(
    "%s learns it unless it is linear, and learns the same from the same seed",
    async (name, model) => {
      const data = { fields: ["a", "b"].map((field) => ({ name: field, size })) };
      const options = Object.fromEntries(Object.entries(small).filter(([key]) => key in model.options));
      const once = await train(model.trainable(data, options));
      if (name === "lr") expect(once.area).toBeLessThan(0.7);
      else expect(once.area).toBeGreaterThan(0.97);
      expect((await train(model.trainable(data, options))).arrays).toEqual(once.arrays);
    },
  );
});
