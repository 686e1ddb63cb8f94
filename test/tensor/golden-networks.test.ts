import { describe, expect, test } from "vitest";
import { compile, input, type Layers, layers, rootScope, type Tensor } from "../../src/tensor/index.js";
import { expectGolden, feedsOf, floats, type Golden, readGolden, relativeError } from "../support/golden.js";

const golden = readGolden<Record<string, Golden>>("networks");

type Layer = (nn: Layers, x: Tensor, more: { padding?: Tensor; keys?: Tensor }) => Tensor;
const activations = ["relu", "leakyRelu", "gelu", "sigmoid", "tanh", "none"] as const;
const cases: Record<string, Layer> = {
  gru: (nn, x, { padding }) => nn.gru(x, 3, { padding: padding!, reverse: true }),
  lstm: (nn, x, { padding }) => nn.lstm(x, 3, { padding: padding! }),
  bidirectionalLstm: (nn, x) => nn.bidirectionalLstm(x, 3),
  layerNorm: (nn, x) => nn.layerNorm(x.add(nn.positions(4, 4))),
  attention: (nn, x) => nn.attention(x, { heads: 2 }),
  "attention, causal": (nn, x) => nn.attention(x, { heads: 2, causal: true }),
  "attention, padding": (nn, x, { padding }) => nn.attention(x, { heads: 2, padding: padding! }),
  "attention, causal, padding": (nn, x, { padding }) =>
    nn.attention(x, { heads: 2, causal: true, padding: padding! }),
  "attention, keys": (nn, x, { keys }) => nn.attention(x, { heads: 2, keys: keys! }),
};
for (const activation of activations) {
  cases[`mlp, ${activation}`] = (nn, x) => nn.mlp(x, [5, 3, 2], { activation });
  cases[`mlp, ${activation}, batch norm`] = (nn, x) => nn.mlp(x, [5, 3, 2], { activation, batchNorm: true });
}

describe("every layer, its output and its gradients equal PyTorch's to 1e-5 of the norm in float32", () => {
  test("every case of the golden file is used", () => {
    expect([...Object.keys(cases), "batchNorm"].toSorted()).toEqual(Object.keys(golden).toSorted());
  });

  test.each(Object.entries(cases))("%s", async (name, layer) => {
    const { inputs } = golden[name]!;
    const types = { padding: "bool" } as const;
    await expectGolden(
      (nn) => {
        // With a symbolic batch, as a model has it.
        const leaf = (key: string) =>
          inputs[key] &&
          input(key, key === "padding" ? "bool" : "float32", ["batch", ...inputs[key].shape.slice(1)]);
        const [x, padding, keys] = [leaf("x")!, leaf("padding"), leaf("keys")];
        const output = layer(nn, x, { ...(padding && { padding }), ...(keys && { keys }) });
        return { loss: output.mul(leaf("coefficients")!).sum(), inputs: { x }, outputs: { output } };
      },
      feedsOf(inputs, types),
      golden[name]!,
    );
  });
});

describe("batch norm", () => {
  test("has PyTorch's running moments after three batches, and infers by them", async () => {
    const { inputs, outputs, parameters } = golden.batchNorm!;
    const graph = (training: boolean) => {
      const scope = rootScope({ training, seed: 1, embeddings: "exact" });
      const y = layers(scope).batchNorm(input("x", "float32", ["batch", 3]), { momentum: 0.3 });
      return { y, states: scope.declared.states };
    };
    const { y, states } = graph(true);
    const updates = Object.fromEntries(states.map(({ name, update }) => [`next/${name}`, update!]));
    const train = await compile({ y, ...updates });
    const infer = await compile({ y: graph(false).y });
    const weights = Object.fromEntries(
      Object.entries(parameters).map(([name, array]) => [name, floats(array)]),
    );
    const running: Record<string, Float32Array> = {
      "batchNorm/mean": new Float32Array(3),
      "batchNorm/variance": new Float32Array(3).fill(1),
    };
    const held = () =>
      Object.fromEntries(Object.entries(running).map(([name, data]) => [name, { data, shape: [3] }]));
    let output: Float32Array | undefined;
    for (const batch of ["x0", "x1", "x2"]) {
      const result = await train.run({ x: floats(inputs[batch]!), ...weights, ...held() });
      for (const name of Object.keys(running))
        running[name] = (result[`next/${name}`]!.data as Float32Array).slice();
      output = result.y!.data as Float32Array;
    }
    expect(relativeError(output!, outputs.output!.data)).toBeLessThan(1e-5);
    for (const [name, data] of Object.entries(running)) {
      expect(relativeError(data, outputs[name]!.data), name).toBeLessThan(1e-5);
    }
    const inferred = await infer.run({ x: floats(inputs.x3!), ...weights, ...held() });
    expect(relativeError(inferred.y!.data as Float32Array, outputs.inference!.data)).toBeLessThan(1e-5);
    await train.release();
    await infer.release();
  });
});
