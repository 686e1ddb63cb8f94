import { expect, test } from "vitest";
import { bilinearFusion } from "../../../src/models/ctr/finalmlp.js";
import { finalMLP } from "../../../src/models/index.js";
import { type Fields, input, layers, rootScope } from "../../../src/tensor/index.js";
import { createTrainer, weights } from "../../../src/train/index.js";
import { runBlock } from "../../support/block.js";

test("heads see their own slices of both streams: b + w1 x + w2 y + sum_h x_h W_h y_h, by hand", async () => {
  const x = { shape: [1, 4], data: [1, 2, 3, 4] };
  const y = { shape: [1, 2], data: [5, 6] };
  const found = await runBlock([x, y], (nn, a, b) => bilinearFusion(nn, a, b, 2), {
    // The first head is [1, 2] against 5, the second [3, 4] against 6.
    heads: [0.1, 0.2, 0.3, 0.4],
    "linear/weight": [1, 0, 0, 0],
    "linear/bias": [0.5],
    "linear2/weight": [0, -1],
    "linear2/bias": [0.25],
  });
  expect(found[0]).toBeCloseTo(1.5 - 5.75 + (0.1 + 0.4) * 5 + (0.9 + 1.6) * 6, 12);
});

const fields = [
  { name: "user", size: 3 },
  { name: "device", size: 2 },
  { name: "item", size: 4 },
];

test("a context has a table of its own fields' rows, and each field reads its own row of it", async () => {
  const chosen: Fields = {
    ids: input("ids", "int32", [2, 3]),
    rows: 9,
    names: fields.map(({ name }) => name),
    sizes: fields.map(({ size }) => size),
  };
  const scope = rootScope({ training: false, seed: 1, embeddings: "exact" });
  expect(layers(scope).embedSome(chosen, ["item", "user"], 5).shape).toEqual([2, 2, 5]);
  expect(scope.declared.parameters.map(({ shape }) => shape)).toEqual([[7, 5]]);

  const options = { dim: 2, context: ["item", "user"], hidden: [2], secondHidden: [2] };
  const trainer = await createTrainer(finalMLP.trainable({ fields }, options), {
    seed: 1,
    optimizer: { kind: "sgd" },
    embeddings: "exact",
  });
  const table = () => Float32Array.from(weights(trainer.state)["stream/gate/embedding"]!);
  for (const array of Object.values(weights(trainer.state)))
    array.set(array.map((_, i) => 0.1 + (i % 3) / 50));
  const before = table();
  // User 2, device 1, item 3 of their fields.
  await trainer.step(
    {
      fields: { data: Int32Array.of(2, 4, 8), shape: [1, 3] },
      label: { data: Float32Array.of(0), shape: [1] },
    },
    1,
  );
  const after = table();
  const moved = new Set(
    [...after.keys()].filter((i) => after[i] !== before[i]).map((i) => Math.floor(i / options.dim)),
  );
  // Rows 0 to 3 are the items', 4 to 6 the users'.
  expect([...moved].toSorted()).toEqual([3, 6]);
  await trainer.release();
});

test("a context works with lazy tables, which hold the rows of every field", async () => {
  const trainer = await createTrainer(finalMLP.trainable({ fields }, { dim: 2, context: ["item"] }), {
    seed: 1,
    optimizer: { kind: "adam" },
    embeddings: "lazy",
  });
  const feeds = {
    fields: { data: Int32Array.of(2, 4, 8, 0, 3, 5), shape: [2, 3] },
    label: { data: Float32Array.of(0, 1), shape: [2] },
  };
  const first = await trainer.step(feeds, 0.01);
  for (let step = 0; step < 20; step++) await trainer.step(feeds, 0.01);
  expect(await trainer.step(feeds, 0.01)).toBeLessThan(first / 2);
  await trainer.release();
});

const build = (options: object) => () =>
  finalMLP
    .trainable({ fields }, options)
    .build(layers(rootScope({ training: true, seed: 1, embeddings: "exact" })));

test.each<[object, RegExp]>([
  [{ context: ["users"] }, /finalmlp: there is no field "users"\n.*did you mean "user"/],
  [{ secondContext: ["price"] }, /there is no field "price"\n.*user, device, item/],
  [{ heads: 3 }, /finalmlp: 3 heads for widths 400 and 400\n.*divide both/],
])("%j is refused", (options, message) => {
  expect(build(options)).toThrow(message);
});
