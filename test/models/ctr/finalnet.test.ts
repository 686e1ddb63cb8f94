import { expect, test } from "vitest";
import { multiplyHalves } from "../../../src/models/ctr/finalnet.js";
import { finalNet } from "../../../src/models/index.js";
import { layers, rootScope } from "../../../src/tensor/index.js";
import { createTrainer, weights } from "../../../src/train/index.js";
import { runBlock } from "../../support/block.js";

test("the halves of [1, 2, 3, 4] give the golden [1, 2, 3, 8]", async () => {
  const found = await runBlock([{ shape: [1, 4], data: [1, 2, 3, 4] }], (_, x) => multiplyHalves(x));
  expect(found).toEqual([1, 2, 3, 8]);
});

test("trains its mean logit on the label, and both blocks on what the mean says", async () => {
  const fields = [
    { name: "a", size: 3 },
    { name: "b", size: 2 },
  ];
  const trainer = await createTrainer(
    finalNet.trainable({ fields }, { dim: 2, hidden: [2], secondHidden: [2] }),
    { seed: 1, optimizer: { kind: "sgd" }, embeddings: "exact" },
  );
  // With weights of zero a block says its bias: logits 2 and -1, whose mean is 0.5.
  for (const [name, array] of Object.entries(weights(trainer.state))) {
    array.fill(name === "block/linear2/bias" ? 2 : name === "block2/linear2/bias" ? -1 : 0);
  }
  const feeds = {
    fields: { data: Int32Array.of(0, 3), shape: [1, 2] },
    label: { data: Float32Array.of(1), shape: [1] },
  };
  const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));
  const entropy = (logit: number, target: number) =>
    -target * Math.log(sigmoid(logit)) - (1 - target) * Math.log(1 - sigmoid(logit));
  const teacher = sigmoid(0.5);
  const { probability } = await trainer.predict(feeds);
  expect(Number(probability!.data[0])).toBeCloseTo(teacher, 6);
  const loss = await trainer.step(feeds, 1);
  expect(loss).toBeCloseTo(entropy(0.5, 1) + entropy(2, teacher) + entropy(-1, teacher), 5);
  // No gradient reaches the teacher: each bias moves by half the label's error and all of its own.
  const after = weights(trainer.state);
  const label = (teacher - 1) / 2;
  expect(after["block/linear2/bias"]![0]).toBeCloseTo(2 - label - (sigmoid(2) - teacher), 5);
  expect(after["block2/linear2/bias"]![0]).toBeCloseTo(-1 - label - (sigmoid(-1) - teacher), 5);
  await trainer.release();
});

test("a layer of an odd width is refused in the model's name", () => {
  const fields = [
    { name: "a", size: 3 },
    { name: "b", size: 3 },
  ];
  const nn = layers(rootScope({ training: true, seed: 1, embeddings: "exact" }));
  expect(() => finalNet.trainable({ fields }, { hidden: [5] }).build(nn)).toThrow(
    /finalnet: a layer of 5 units has no halves\n.*even widths/,
  );
});
