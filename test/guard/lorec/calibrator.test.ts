import { describe, expect, test } from "vitest";
import { calibrator, calibratorDefaults, calibratorLoss } from "../../../src/guard/index.js";
import { compile, constant, input, layers, rootScope } from "../../../src/tensor/index.js";
import { createTrainer, type Feeds } from "../../../src/train/index.js";
import { evaluateAt, gradientError, type Leaf, worstDifference } from "../../support/gradient-check.js";

const logit = (p: number) => Math.log(p / (1 - p));
const strengths = { entropy: 0.5, alignment: 1 };

describe("the calibrator's loss", () => {
  const rows = (name: string, values: number[][]) => ({
    tensor: input(name, "float64", [values.length, values[0]!.length]),
    value: { data: Float64Array.from(values.flat()), shape: [values.length, values[0]!.length] },
  });
  const logits = input("logits", "float64", [4]);
  const labels = constant("float64", [4], [1, 0, 0, 1]);
  const h = rows("h", [
    [1, 0],
    [1, 1],
    [0, 1],
    [1, -1],
  ]);
  const g = rows("g", Array(4).fill([1, 0]));
  const feeds = {
    logits: { data: Float64Array.from([0.9, 0.6, 0.2, 0.4], logit), shape: [4] },
    h: h.value,
    g: g.value,
  };

  async function loss(o: { entropy: number; alignment: number }, present?: number[]): Promise<number> {
    const aligned = present && { seen: h.tensor, told: g.tensor, present: constant("float64", [4], present) };
    const total = calibratorLoss({ logits, labels, ...(aligned && { aligned }) }, o);
    const program = await compile({ total }, { threads: 1 });
    const used = Object.fromEntries(
      program.inputs.map(({ name }) => [name, feeds[name as keyof typeof feeds]]),
    );
    const result = await program.run(used);
    await program.release();
    return Number(result.total!.data[0]);
  }

  test("has the parts of the worked example", async () => {
    const plain = await loss({ entropy: 0, alignment: 0 });
    expect(plain).toBeCloseTo(0.540271, 6);
    expect((await loss({ entropy: 0.5, alignment: 0 })) - plain).toBeCloseTo(0.146677, 6);
    const without = await loss(strengths);
    const aligned = await loss(strengths, [1, 1, 1, 1]);
    expect(without - aligned).toBeCloseTo(0.603553, 6);
    expect(aligned).toBeCloseTo(0.083395, 6);
  });

  test("leaves rows without a view out of the cosine, and takes no cosine when all are", async () => {
    const without = await loss(strengths);
    expect(without - (await loss(strengths, [1, 1, 0, 0]))).toBeCloseTo((1 + Math.SQRT1_2) / 2, 9);
    expect(await loss(strengths, [0, 0, 0, 0])).toBeCloseTo(without, 12);
  });

  test("has the gradients of central differences", async () => {
    const error = await gradientError(
      [{ shape: [4] }, { shape: [4, 3] }, { shape: [4, 3] }],
      (z, seen, told) =>
        calibratorLoss(
          {
            logits: z!,
            labels,
            aligned: { seen: seen!, told: told!, present: constant("float64", [4], [1, 1, 0, 1]) },
          },
          strengths,
        ),
    );
    expect(error).toBeLessThan(1e-6);
  });
});

describe("the calibrator", () => {
  const options = {
    ...calibratorDefaults,
    length: 3,
    width: 4,
    view: 5,
    hidden: 4,
    blocks: 1,
    heads: 2,
    dropout: 0,
  };

  test("has the gradients of central differences in every parameter and in its input", async () => {
    const scope = rootScope({ training: true, seed: 1, embeddings: "exact", dtype: "float64" });
    const { loss } = calibrator(options).build(layers(scope));
    const batch = (name: string, shape: number[]) => input(name, "float64", ["batch", ...shape]);
    const leaves: Leaf[] = [
      { shape: ["batch", 3, 4] },
      { shape: ["batch", 3], low: 1, high: 1 },
      { shape: ["batch"], low: 0, high: 1 },
      { shape: ["batch", 5] },
      { shape: ["batch"], low: 1, high: 1 },
      ...scope.declared.parameters.map(({ shape }): Leaf => ({ shape: [...shape] })),
    ];
    const tensors = [
      batch("account.positions", [3, 4]),
      batch("account.known", [3]),
      batch("account.labels", []),
      batch("account.view", [5]),
      batch("account.viewed", []),
      ...scope.declared.parameters.map(({ tensor }) => tensor),
    ];
    // Gradients are taken of the graph's own inputs, found by name among what the loss is made from.
    const own = new Map<string, (typeof tensors)[number]>();
    const walk = (tensor: (typeof tensors)[number], seen = new Set<unknown>()): void => {
      if (seen.has(tensor)) return;
      seen.add(tensor);
      const { name } = tensor.node.attributes as { name?: string };
      if (tensor.node.op.name === "input" && name) own.set(name, tensor);
      for (const source of tensor.node.inputs) walk(source, seen);
    };
    walk(loss);
    const named = tensors.map((tensor) => own.get((tensor.node.attributes as { name: string }).name)!);
    expect(named.every(Boolean)).toBe(true);
    expect(
      await worstDifference(leaves, await evaluateAt(leaves, named, loss, { batch: 4, symbolic: true })),
    ).toBeLessThan(1e-5);
  });

  test("learns which accounts hold a pattern, whatever stands in the padding, and gives probabilities", async () => {
    const trainer = await createTrainer(calibrator({ ...options, view: null, dropout: 0.1 }), {
      seed: 1,
      optimizer: { kind: "adamw", weightDecay: 5e-4 },
      embeddings: "exact",
    });
    const batch = (seed: number, noise = 0): Feeds => {
      const rows = Array.from({ length: 32 }, (_, i) => i);
      const fake = (i: number) => i % 4 === 0;
      return {
        "account.positions": {
          data: Float32Array.from(
            rows.flatMap((i) =>
              Array.from({ length: 12 }, (_, k) =>
                k < 4 ? noise : Math.sin(seed * 31 + i * 7 + k * 3) * 0.5 + (fake(i) && k % 4 === 1 ? 2 : 0),
              ),
            ),
          ),
          shape: [32, 3, 4],
        },
        "account.known": { data: Float32Array.from(rows.flatMap(() => [0, 1, 1])), shape: [32, 3] },
        "account.labels": { data: Float32Array.from(rows, (i) => Number(fake(i))), shape: [32] },
      };
    };
    for (let step = 0; step < 150; step++) await trainer.step(batch(step), 0.01);
    const scores = [...(await trainer.predict(batch(1000))).scores!.data].map(Number);
    for (const score of scores) expect(score).toBeGreaterThan(0);
    for (const score of scores) expect(score).toBeLessThan(1);
    const fakes = scores.filter((_, i) => i % 4 === 0);
    const others = scores.filter((_, i) => i % 4 !== 0);
    expect(Math.min(...fakes)).toBeGreaterThan(Math.max(...others));
    const noisy = [...(await trainer.predict(batch(1000, 5))).scores!.data].map(Number);
    expect(noisy).toEqual(scores);
    await trainer.release();
  });

  test("refuses sizes that are no whole numbers", () => {
    expect(() => calibrator({ ...options, width: 0 })).toThrow(/width is 0/);
  });
});
