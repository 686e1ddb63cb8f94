import { describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { type InteractingOptions, interact } from "../../../src/models/ctr/field-attention.js";
import { autoInt, autoIntPlus } from "../../../src/models/index.js";
import { constant } from "../../../src/tensor/index.js";
import { createTrainer, parameterCount, type Trainer, weights } from "../../../src/train/index.js";
import { blockValues, expectClose, fourFields } from "../../support/blocks.js";

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const plain: InteractingOptions = {
  layers: 1,
  width: 3,
  heads: 1,
  scale: false,
  residual: true,
  layerNorm: false,
  dropout: 0,
};
const projections = (query: number[], key: number[], value: number[]) => ({
  "interacting/query/linear/weight": query,
  "interacting/key/linear/weight": key,
  "interacting/value/linear/weight": value,
});
const unchanged = projections(identity, identity, identity);

describe("an interacting layer with identity weights, a residual and no scale gives the published rows", () => {
  const row = (at: number, options: InteractingOptions) =>
    blockValues((nn) => interact(nn, fourFields(), options).output.at(1, at), unchanged);

  test("the first and the third", async () => {
    expectClose(await row(0, plain), [0.349041, 0.324132, 0]);
    expectClose(await row(2, plain), [0, 0.444925, 0.588149]);
  });

  test("the first with scores divided by the root of the width", async () => {
    expectClose(await row(0, { ...plain, scale: true }), [0.338957, 0.324423, 0]);
  });
});

describe("the attention of a field", () => {
  const source = random(5, "attention");
  const draw = (count: number) => Array.from({ length: count }, () => source.normal());
  const drawn = projections(draw(12), draw(12), draw(12));
  const two = { ...plain, width: 4, heads: 2, residual: false };
  const attention = (parameters: typeof drawn, x = fourFields()) =>
    blockValues((nn) => interact(nn, x, two).attention, parameters);

  test("sums to one over the fields it looks at, and is not symmetric", async () => {
    const found = await attention(drawn);
    expect(found).toHaveLength(2 * 4 * 4);
    for (let at = 0; at < found.length; at += 4) {
      expect(found.slice(at, at + 4).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
    expect(Math.abs(found[1]! - found[4]!)).toBeGreaterThan(1e-3);
  });

  test("is even without queries", async () => {
    const silent = projections(Array(12).fill(0), draw(12), draw(12));
    expectClose(await attention(silent), Array(32).fill(0.25), 1e-12);
  });

  test("is even for a field of zeros, which others still look at", async () => {
    const zeroed = fourFields().mul(constant("float64", [4, 1], [1, 0, 1, 1]));
    const found = await attention(drawn, zeroed);
    expectClose(found.slice(4, 8), [0.25, 0.25, 0.25, 0.25], 1e-12);
    expect(found[1]).toBeGreaterThan(0);
    // What it is looked at for is zero: the others' outputs are those of the three that are left.
    const values = await blockValues(
      (nn) => zeroed.matmul(nn.in("value").parameter("weight", [3, 4], { kind: "xavierNormal" })),
      { "value/weight": drawn["interacting/value/linear/weight"] },
    );
    const output = await blockValues((nn) => interact(nn, zeroed, two).output.at(1, 0), drawn);
    const wanted = [0, 1, 2, 3].map((k) => {
      const row = k < 2 ? 0 : 16;
      return Math.max(
        0,
        [0, 2, 3].reduce((sum, field) => sum + found[row + field]! * values[4 * field + k]!, 0),
      );
    });
    expectClose(output, wanted, 1e-12);
  });
});

const fields = [4, 3, 5].map((size, i) => ({ name: "abc"[i]!, size }));
const small = { dim: 3, layers: 2, width: 4, heads: 2 };

async function open(options: Partial<typeof autoInt.options>, embeddings: "exact" | "lazy" = "exact") {
  const model = autoInt.trainable({ fields }, { ...small, ...options });
  const trainer = await createTrainer(model, { seed: 1, optimizer: { kind: "sgd" }, embeddings });
  for (const [name, array] of Object.entries(weights(trainer.state))) {
    const source = random(2, name);
    array.forEach((_, i) => {
      array[i] = source.normal() * 0.7;
    });
  }
  return trainer;
}

const feeds = (rows: readonly (readonly number[])[]) => ({
  fields: { data: Int32Array.from(rows.flat()), shape: [rows.length, 3] },
  label: { data: Float32Array.from(rows, (_, i) => i % 2), shape: [rows.length] },
});
async function logits(trainer: Trainer, rows: readonly (readonly number[])[]): Promise<number[]> {
  const { probability } = await trainer.predict(feeds(rows));
  return Array.from(probability!.data as Float32Array, (p) => Math.log(p / (1 - p)));
}
const rows = [
  [0, 4, 7],
  [3, 5, 11],
  [1, 6, 9],
];

describe("AutoInt", () => {
  test("has no positions: fields in another order, with their blocks of the last map, give the same", async () => {
    const trainer = await open({});
    const before = await logits(trainer, rows);
    const last = weights(trainer.state)["linear/weight"]!;
    const blocks = [0, 1, 2].map((field) => last.slice(4 * field, 4 * field + 4));
    last.set([...blocks[2]!, ...blocks[0]!, ...blocks[1]!]);
    expectClose(
      await logits(
        trainer,
        rows.map(([a, b, c]) => [c!, a!, b!]),
      ),
      before,
      1e-5,
    );
    await trainer.release();
  });

  test("without layers is a linear map of the embeddings, with them is not", async () => {
    for (const layers of [0, 2]) {
      const trainer = await open({ layers });
      const [ab, AB, aB, Ab] = await logits(trainer, [
        [0, 4, 7],
        [1, 5, 7],
        [0, 5, 7],
        [1, 4, 7],
      ]);
      const interaction = Math.abs(ab! + AB! - aB! - Ab!);
      if (layers === 0) expect(interaction).toBeLessThan(1e-5);
      else expect(interaction).toBeGreaterThan(1e-3);
      await trainer.release();
    }
  });

  test("moves no embedding of a value that the batch does not hold", async () => {
    const trainer = await open({});
    const before = weights(trainer.state).embedding!.slice();
    await trainer.step(feeds(rows), 0.1);
    const after = weights(trainer.state).embedding!;
    for (let id = 0; id < 12; id++) {
      const moved = [0, 1, 2].some((k) => after[3 * id + k] !== before[3 * id + k]);
      expect(moved, `id ${id}`).toBe(rows.flat().includes(id));
    }
    await trainer.release();
  });

  test("returns attention when it is to explain, and predicts the same", async () => {
    const [quiet, explaining] = [await open({}), await open({ explain: true })];
    const wanted = await logits(quiet, rows);
    expect(await logits(explaining, rows)).toEqual(wanted);
    expect((await explaining.predict(feeds(rows))).attention!.shape).toEqual([3, 2, 2, 3, 3]);
    expect(Object.keys(await quiet.predict(feeds(rows)))).toEqual(["probability"]);
    await quiet.release();
    await explaining.release();
  });

  test.each<[Partial<typeof autoInt.options>, RegExp]>([
    [{ width: 5 }, /autoint: option "heads" is 2 for width 5/],
    [{ heads: 0 }, /autoint: option "heads" is 0/],
    [{ layers: -1 }, /autoint: option "layers" is -1/],
    [{ layers: 0, explain: true }, /autoint: option "explain" is true without layers/],
  ])("refuses %j", (options, message) => {
    expect(() => parameterCount(autoInt.trainable({ fields }, { ...small, ...options }))).toThrow(message);
  });
});

test("AutoInt+ is AutoInt and an MLP over the same embeddings", () => {
  const count = (model: typeof autoInt | typeof autoIntPlus, options: object) =>
    parameterCount(model.trainable({ fields }, { ...small, ...options }));
  const network = (9 + 1) * 6 + (6 + 1);
  expect(count(autoIntPlus, { hidden: [6] })).toBe(count(autoInt, {}) + network);
});
