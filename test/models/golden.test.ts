import { describe, test } from "vitest";
import { deepFM, sasRec } from "../../src/models/index.js";
import { input, type Layers, type Tensor, type Value } from "../../src/tensor/index.js";
import { expectGolden, floats, type Golden, readGolden, type Values } from "../support/golden.js";

const ints = (shape: number[], data: number[]): Value => ({ data: Int32Array.from(data), shape });

/** Several arrays one below the other. */
function stacked(arrays: Values[]): Values {
  return {
    shape: [arrays.reduce((rows, { shape }) => rows + shape[0]!, 0), arrays[0]!.shape[1]!],
    data: arrays.flatMap(({ data }) => data),
  };
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
    const golden = readGolden<Golden>("deepfm");
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
      (nn) => ({ loss: model.build(nn).loss }),
      { fields: ints([8, 3], ids), label: floats(label!) },
      {
        loss: golden.loss,
        parameters: renamed(golden.parameters, names),
        gradients: renamed(golden.gradients, names),
      },
    );
  });

  test("SASRec", async () => {
    const golden = readGolden<Golden>("sasrec");
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
      (nn) => ({ loss: model.build(nn).loss }),
      {
        history: ints([3, 6], golden.inputs.sequence!.data),
        "targets.positions": ints([places.length], places),
        "targets.slots": ints([3, 6], slots),
        "targets.items": ints(
          [places.length],
          places.map((position) => target[position]!),
        ),
      },
      {
        loss: golden.loss,
        parameters: renamed(golden.parameters, names),
        gradients: renamed(golden.gradients, names),
      },
    );
  });

  const every = readGolden<Record<string, Golden>>("layers");
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
    const { x: xGradient, ...weightGradients } = golden.gradients;
    await expectGolden(
      (nn) => {
        const input_ = input("x", "float32", x!.shape);
        const output = layer(nn, input_);
        const loss = output.mul(input("coefficients", "float32", coefficients!.shape)).sum();
        return { loss, inputs: { x: input_ }, outputs: { output } };
      },
      { x: floats(x!), coefficients: floats(coefficients!) },
      {
        loss: golden.loss,
        outputs: golden.outputs,
        parameters: prefixed(golden.parameters),
        gradients: { x: xGradient!, ...prefixed(weightGradients) },
      },
    );
  });
});
