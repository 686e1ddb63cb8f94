import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { deepFM, sasRec } from "../../src/models/index.js";
import {
  compile,
  gradients,
  input,
  type Layers,
  layers,
  rootScope,
  type Tensor,
  type Value,
} from "../../src/tensor/index.js";

interface Values {
  shape: number[];
  data: number[];
}

interface Golden {
  inputs: Record<string, Values>;
  parameters: Record<string, Values>;
  loss: number;
  gradients: Record<string, Values>;
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8")) as T;
}

const ints = (shape: number[], data: number[]): Value => ({ data: Int32Array.from(data), shape });
const floats = ({ shape, data }: Values): Value => ({ data: Float32Array.from(data), shape });

/** Several arrays one below the other. */
function stacked(arrays: Values[]): Values {
  return {
    shape: [arrays.reduce((rows, { shape }) => rows + shape[0]!, 0), arrays[0]!.shape[1]!],
    data: arrays.flatMap(({ data }) => data),
  };
}

/** |found - wanted| / |wanted|, or |found| where the wanted array is all zeros. */
function relativeError(found: ArrayLike<number>, wanted: number[]): number {
  const norm = Math.hypot(...wanted);
  return Math.hypot(...wanted.map((value, i) => found[i]! - value)) / (norm > 1e-9 ? norm : 1);
}

/** Runs a model's loss and every gradient in float32 on given parameters and batch. */
async function expectGolden(
  build: (nn: Layers) => Tensor,
  batch: Record<string, Value>,
  parameters: Record<string, Values>,
  wanted: { loss: number; gradients: Record<string, Values> },
): Promise<void> {
  const scope = rootScope({ training: true, seed: 1, embeddings: "exact" });
  const loss = build(layers(scope));
  const { declared } = scope;
  expect(declared.parameters.map(({ name }) => name).toSorted()).toEqual(Object.keys(parameters).toSorted());
  const found = gradients(
    loss,
    declared.parameters.map(({ tensor }) => tensor),
  );
  const program = await compile({
    loss,
    ...Object.fromEntries(found.map((g, i) => [`gradient/${declared.parameters[i]!.name}`, g])),
  });
  const feeds: Record<string, Value> = { ...batch };
  for (const [name, array] of Object.entries(parameters)) feeds[name] = floats(array);
  const states = Object.fromEntries(
    declared.states.map(({ name, shape }) => [name, { data: new Float32Array(shape[0]!), shape }]),
  );
  const all: Record<string, Value> = { ...states, ...feeds };
  const result = await program.run(Object.fromEntries(program.inputs.map(({ name }) => [name, all[name]!])));
  expect(relativeError(result.loss!.data as Float32Array, [wanted.loss])).toBeLessThan(1e-5);
  for (const [name, { data }] of Object.entries(wanted.gradients)) {
    expect(relativeError(result[`gradient/${name}`]!.data as Float32Array, data), name).toBeLessThan(1e-5);
  }
  await program.release();
}

/** Renames and groups golden arrays: each name of ours from one or more of theirs. */
function renamed(arrays: Record<string, Values>, names: Record<string, string[]>): Record<string, Values> {
  return Object.fromEntries(
    Object.entries(names).map(([ours, theirs]) => [
      ours,
      theirs.length === 1 ? arrays[theirs[0]!]! : stacked(theirs.map((name) => arrays[name]!)),
    ]),
  );
}

describe("loss and every gradient equal an independent PyTorch program's to 1e-5 of its norm", () => {
  test("DeepFM", async () => {
    const golden = read<Golden>("deepfm");
    const names: Record<string, string[]> = {
      embedding: ["embedding/a", "embedding/b", "embedding/c"],
      "linear/embedding": ["linear/a", "linear/b", "linear/c"],
    };
    ["linear", "linear2", "linear3"].forEach((layer, i) => {
      for (const part of ["weight", "bias"]) names[`mlp/${layer}/${part}`] = [`mlp/${i}/${part}`];
    });
    const { a, b, c, label } = golden.inputs;
    const ids = a!.data.flatMap((id, i) => [id, 7 + b!.data[i]!, 12 + c!.data[i]!]);
    const fields = [7, 5, 4].map((size, i) => ({ name: "abc"[i]!, size }));
    const model = deepFM.trainable({ fields }, { dim: 4, hidden: [6, 5] });
    await expectGolden(
      (nn) => model.build(nn).loss,
      { fields: ints([8, 3], ids), label: floats(label!) },
      renamed(golden.parameters, names),
      { loss: golden.loss, gradients: renamed(golden.gradients, names) },
    );
  });

  test("SASRec", async () => {
    const golden = read<Golden>("sasrec");
    const names: Record<string, string[]> = { items: ["item"], positions: ["position"] };
    const pair = (ours: string, theirs: string, parts: string[]) => {
      for (const part of parts) names[`${ours}/${part}`] = [`${theirs}/${part}`];
    };
    for (const block of ["block0", "block1"]) {
      pair(`${block}/layerNorm`, `${block}/norm1`, ["scale", "bias"]);
      pair(`${block}/layerNorm2`, `${block}/norm2`, ["scale", "bias"]);
      pair(`${block}/linear`, `${block}/feedforward1`, ["weight", "bias"]);
      pair(`${block}/linear2`, `${block}/feedforward2`, ["weight", "bias"]);
      for (const part of ["query", "key", "value", "output"]) {
        pair(`${block}/attention/${part}/linear`, `${block}/attention/${part}`, ["weight", "bias"]);
      }
    }
    pair("layerNorm", "norm", ["scale", "bias"]);
    const target = golden.inputs.target!.data;
    const places = target.flatMap((item, position) => (item > 0 ? [position] : []));
    const slots = target.map((item, position) => (item > 0 ? 1 + places.indexOf(position) : 0));
    const model = sasRec.trainable({ items: 11, length: 6 }, { dim: 8, heads: 2, blocks: 2, dropout: 0 });
    await expectGolden(
      (nn) => model.build(nn).loss,
      {
        history: ints([3, 6], golden.inputs.sequence!.data),
        "targets.positions": ints([places.length], places),
        "targets.slots": ints([3, 6], slots),
        "targets.items": ints(
          [places.length],
          places.map((position) => target[position]!),
        ),
      },
      renamed(golden.parameters, names),
      { loss: golden.loss, gradients: renamed(golden.gradients, names) },
    );
  });

  const every = read<Record<string, Golden>>("layers");
  const cases: Record<string, (nn: Layers, x: Tensor) => Tensor> = {
    gru: (nn, x) => nn.gru(x, 3),
    lstm: (nn, x) => nn.lstm(x, 3),
    batchNorm: (nn, x) => nn.batchNorm(x),
    layerNorm: (nn, x) => nn.layerNorm(x),
  };
  test.each(Object.entries(cases))("layer %s", async (name, layer) => {
    const golden = every[name]!;
    const { x, coefficients } = golden.inputs;
    const prefixed = (arrays: Record<string, Values>) =>
      Object.fromEntries(Object.entries(arrays).map(([part, array]) => [`${name}/${part}`, array]));
    const { x: _, ...weightGradients } = golden.gradients;
    await expectGolden(
      (nn) =>
        layer(nn, input("x", "float32", x!.shape))
          .mul(input("coefficients", "float32", coefficients!.shape))
          .sum(),
      { x: floats(x!), coefficients: floats(coefficients!) },
      prefixed(golden.parameters),
      { loss: golden.loss, gradients: prefixed(weightGradients) },
    );
  });
});
