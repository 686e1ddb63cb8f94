import { expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { afn, crossNet, deepIM, fgcnn, fignn } from "../../../src/models/index.js";
import { createTrainer, type Trainable, weights } from "../../../src/train/index.js";

const size = 4;
const fields = ["a", "b", "c"].map((name) => ({ name, size }));
/** All fields share one range of rows here, so that their columns can change places. */
const rows = [
  [0, 5, 9],
  [3, 2, 7],
  [1, 11, 4],
];

/** Probabilities under random weights, batch norms aside; the rows of the weights `byField` follow the order of the columns. */
async function probabilities(model: Trainable, order: readonly number[], byField: string[] = []) {
  const trainer = await createTrainer(model, { seed: 1, optimizer: { kind: "sgd" }, embeddings: "exact" });
  for (const [name, array] of Object.entries(weights(trainer.state))) {
    if (name.includes("batchNorm")) continue;
    const source = random(2, name);
    array.set(array.map(() => source.normal() * 0.3));
    if (!byField.includes(name)) continue;
    const width = array.length / order.length;
    const original = array.slice();
    order.forEach((from, to) => {
      array.set(original.subarray(from * width, (from + 1) * width), to * width);
    });
  }
  const data = Int32Array.from(rows.flatMap((row) => order.map((field) => row[field]!)));
  const { probability } = await trainer.predict({ fields: { data, shape: [rows.length, 3] } });
  await trainer.release();
  return Array.from(probability!.data, Number);
}

const natural = [0, 1, 2];
const turned = [2, 0, 1];
const far = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

test.each<[string, Trainable, string[]]>([
  [
    "AFN, whose neurons hold one power a field",
    afn.trainable({ fields }, { dim: 2, neurons: 3, hidden: [4] }),
    ["logarithmic/linear/weight"],
  ],
  [
    "DeepIM without an MLP's hidden layers",
    deepIM.trainable({ fields }, { dim: 2, hidden: [] }),
    ["mlp/linear/weight"],
  ],
  [
    "a cross network of one layer",
    crossNet.trainable({ fields }, { dim: 2, crossLayers: 1 }),
    ["cross/linear/weight", "cross/bias", "linear/weight"],
  ],
])("the order of fields means nothing to %s", async (_, model, byField) => {
  const there = await probabilities(model, natural, byField);
  expect(far(there, await probabilities(model, turned, byField))).toBeLessThan(1e-6);
  expect(far(there, await probabilities(model, turned))).toBeGreaterThan(1e-4);
});

test.each<[string, Trainable]>([
  ["FGCNN", fgcnn.trainable({ fields }, { dim: 2, channels: [2], kernel: 3, hidden: [4] })],
  ["FiGNN, whose fields have matrices of their own", fignn.trainable({ fields }, { dim: 2 })],
])("it changes what %s answers", async (_, model) => {
  expect(far(await probabilities(model, natural), await probabilities(model, turned))).toBeGreaterThan(1e-4);
});
