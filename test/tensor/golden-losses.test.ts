import { describe, expect, test } from "vitest";
import {
  bceWithLogits,
  bpr,
  compile,
  constant,
  crossEntropy,
  gradients,
  infoNce,
  input,
  linearCrossEntropy,
  listwiseSoftmax,
  meanSquaredError,
  sampledCrossEntropy,
  type Tensor,
  typedArray,
} from "../../src/tensor/index.js";
import { type Golden, readGolden, relativeError } from "../support/golden.js";

const golden = readGolden<Record<string, Pick<Golden, "inputs" | "loss" | "gradients">>>("losses");

type Loss = (p: Record<string, Tensor>) => Tensor;
/** By the words before the comma in the name of a golden case. */
const losses: Record<string, Loss> = {
  BCE: (p) => bceWithLogits(p.x!, p.labels!, p.weights),
  "cross-entropy": (p) => crossEntropy(p.x!, p.targets!, p.weights),
  "linear cross-entropy": (p) => linearCrossEntropy(p.hidden!, p.table!, p.targets!, p.weights),
  "sampled cross-entropy": (p) =>
    sampledCrossEntropy(p.positive!, p.negative!, {
      ...(p.positiveCorrection && { positiveCorrection: p.positiveCorrection }),
      ...(p.negativeCorrection && { negativeCorrection: p.negativeCorrection }),
      ...(p.weights && { weights: p.weights }),
    }),
  BPR: (p) => bpr(p.positive!, p.negative!, p.weights),
  InfoNCE: (p) => infoNce(p.a!, p.b!, constant("int32", [5], [0, 1, 2, 3, 4]), 0.2),
  MSE: (p) => meanSquaredError(p.x!, p.targets!, p.weights),
  "listwise softmax": (p) => listwiseSoftmax(p.scores!, p.relevance!, p.padding),
};

describe("every loss and its gradients equal PyTorch's to 1e-5 of the norm in float32", () => {
  test("every loss has a case", () => {
    const found = new Set(Object.keys(golden).map((name) => name.split(",")[0]!));
    expect([...found].toSorted()).toEqual(Object.keys(losses).toSorted());
  });

  test.each(Object.entries(golden))("%s", async (name, { inputs, loss: wanted, gradients: slopes }) => {
    const dtype = (leaf: string, data: number[]) => {
      if (leaf === "padding") return "bool";
      return leaf === "targets" && data.every(Number.isInteger) ? "int32" : "float32";
    };
    const leaves = Object.entries(inputs).map(
      ([leaf, { shape, data }]) => [leaf, input(leaf, dtype(leaf, data), shape)] as const,
    );
    const p = Object.fromEntries(leaves);
    const loss = losses[name.split(",")[0]!]!(p);
    const targets = Object.keys(slopes);
    const found = gradients(
      loss,
      targets.map((leaf) => p[leaf]!),
    );
    const program = await compile(
      { loss, ...Object.fromEntries(found.map((g, i) => [`gradient/${targets[i]}`, g])) },
      { threads: 1 },
    );
    const feeds = program.inputs.map((signature) => {
      const { shape, data } = inputs[signature.name]!;
      return [signature.name, { data: typedArray(signature.dtype, data), shape }] as const;
    });
    const result = await program.run(Object.fromEntries(feeds));
    expect(relativeError(Array.from(result.loss!.data, Number), [wanted])).toBeLessThan(1e-5);
    for (const [leaf, { data }] of Object.entries(slopes)) {
      const slope = Array.from(result[`gradient/${leaf}`]!.data, Number);
      expect(relativeError(slope, data), leaf).toBeLessThan(1e-5);
    }
    await program.release();
  });
});
