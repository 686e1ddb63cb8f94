import { describe, expect, test } from "vitest";
import { constant, type EmbeddingMode, input, meanSquaredError } from "../../src/tensor/index.js";
import {
  createTrainer,
  type OptimizerOptions,
  type Trainable,
  type Trainer,
  weights,
} from "../../src/train/index.js";
import { feedsOf, readGolden, relativeError, type Values } from "../support/golden.js";

type Weights = Record<"table" | "weight" | "bias", Values>;
type Runs = Record<string, Record<string, Weights[]>>;
const golden = readGolden<{
  start: Weights;
  batches: { ids: Values; targets: Values }[];
  exact: Runs;
  lazy: Runs;
}>("optimizers");

const options: Record<string, OptimizerOptions> = {
  sgd: { kind: "sgd" },
  momentum: { kind: "sgd", momentum: 0.9 },
  adam: { kind: "adam", beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
  adamw: { kind: "adamw", beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.05 },
  adagrad: { kind: "adagrad", epsilon: 1e-6, initial: 0.2 },
  ftrl: { kind: "ftrl", l1: 0.05, l2: 0.1, beta: 1 },
};

/** The regression of test/golden/optimizers.py; with `fixed` its weight and bias are constants. */
function regression(fixed: boolean): Trainable {
  const { weight, bias } = golden.start;
  return {
    name: "regression",
    build(nn) {
      const ids = input("ids", "int32", ["batch", 2]);
      const rows = nn.embedding(ids, 6, 3, { name: "table" });
      const start = { kind: "constant", value: 0 } as const;
      const w = fixed ? constant("float32", [3, 1], weight.data) : nn.parameter("weight", [3, 1], start);
      const b = fixed ? constant("float32", [1], bias.data) : nn.parameter("bias", [1], start);
      const prediction = rows.sum(1).matmul(w).squeeze(1).add(b);
      const loss = meanSquaredError(prediction, input("targets", "float32", ["batch"]));
      return { loss, outputs: { prediction } };
    },
  };
}

async function trainerAtStart(
  kind: string,
  embeddings: EmbeddingMode,
  setting: string,
): Promise<{ trainer: Trainer; now: () => Record<string, Float32Array> }> {
  const trainer = await createTrainer(regression(kind === "ftrl"), {
    seed: 1,
    optimizer: options[kind]!,
    embeddings,
    ...(setting !== "plain" && { penalty: { embedding: 0.05, network: 0.02 } }),
    ...(setting === "penalty and clipping" && { clipNorm: 0.7 }),
  });
  /** By the golden file's names, whichever side of the graph the table is on. */
  const now = () => {
    const arrays = weights(trainer.state);
    const table = arrays.table ?? arrays["table:table:0"]!;
    return { table, ...(arrays.weight && { weight: arrays.weight, bias: arrays.bias! }) };
  };
  for (const [name, array] of Object.entries(now())) array.set(golden.start[name as keyof Weights].data);
  return { trainer, now };
}

const cases = (["exact", "lazy"] as const)
  .flatMap((mode) =>
    Object.entries(golden[mode]).flatMap(([kind, settings]) =>
      Object.keys(settings).map((setting) => [mode, kind, setting] as const),
    ),
  )
  // Clipping is left out today where a model has no dense parameter.
  .filter(([, kind, setting]) => !(kind === "ftrl" && setting === "penalty and clipping"));

describe("five steps give the weights of PyTorch (exact tables) or of a NumPy program (lazy ones)", () => {
  test.each(cases)("%s tables, %s, %s", async (mode, kind, setting) => {
    const { trainer, now } = await trainerAtStart(kind, mode, setting);
    for (const [i, { ids, targets }] of golden.batches.entries()) {
      await trainer.step(feedsOf({ ids, targets }, { ids: "int32" }), 0.1);
      for (const [name, array] of Object.entries(now())) {
        const { data } = golden[mode][kind]![setting]![i]![name as keyof Weights];
        expect(relativeError(array, data), `${name} after step ${i + 1}`).toBeLessThan(2e-5);
      }
    }
    await trainer.release();
  });
});

describe("L2 on embedding tables", () => {
  test.each([
    ["exact", "a row in no batch shrinks at every step", true],
    ["lazy", "a row in no batch stays as it was", false],
  ] as const)("%s: %s", async (mode, _, shrinks) => {
    const { trainer, now } = await trainerAtStart("adam", mode, "penalty");
    // The first value of row 5 is so small that Adam's step crosses zero.
    const untouched = () => [...now().table!.subarray(16)];
    let before = untouched();
    for (const { ids, targets } of golden.batches) {
      expect(ids.data).not.toContain(5);
      await trainer.step(feedsOf({ ids, targets }, { ids: "int32" }), 0.01);
      const after = untouched();
      if (shrinks) expect(after.every((value, d) => Math.abs(value) < Math.abs(before[d]!))).toBe(true);
      else expect(after).toEqual(before);
      before = after;
    }
    await trainer.release();
  });
});

test("FTRL on a dense parameter is refused by name", async () => {
  const settings = { seed: 1, optimizer: options.ftrl!, embeddings: "lazy" } as const;
  await expect(createTrainer(regression(false), settings)).rejects.toThrow(/FTRL updates sparse tables only/);
});
