import { compile, input, type Layers, layers, rootScope, type Tensor } from "../../src/tensor/index.js";

/** What a block gives for fixed inputs, in float64, its parameters named and set in order of their declaration. */
export async function runBlock(
  inputs: readonly { shape: number[]; data: number[] }[],
  build: (nn: Layers, ...x: Tensor[]) => Tensor,
  parameters: Readonly<Record<string, readonly number[]>> = {},
): Promise<number[]> {
  const scope = rootScope({ training: false, seed: 1, embeddings: "exact", dtype: "float64" });
  const tensors = inputs.map(({ shape }, i) => input(`x${i}`, "float64", shape));
  const y = build(layers(scope), ...tensors);
  const declared = scope.declared.parameters.map(({ name }) => name);
  const wanted = Object.keys(parameters);
  if (declared.join() !== wanted.join()) {
    throw new Error(`the block declares ${declared.join(", ")}, the test sets ${wanted.join(", ")}`);
  }
  const feeds = Object.fromEntries([
    ...inputs.map(({ shape, data }, i) => [`x${i}`, { data: Float64Array.from(data), shape }] as const),
    ...scope.declared.parameters.map(
      ({ name, shape }) => [name, { data: Float64Array.from(parameters[name]!), shape: [...shape] }] as const,
    ),
  ]);
  const program = await compile({ y }, { threads: 1 });
  const result = await program.run(
    Object.fromEntries(program.inputs.map(({ name }) => [name, feeds[name]!])),
  );
  await program.release();
  return Array.from(result.y!.data, Number);
}

/** Four fields of three numbers, one example: the case for which the golden figures of the click models are worked out. */
export const fourFields = {
  shape: [1, 4, 3],
  data: [0.1, 0.2, -0.3, 0.4, -0.1, 0.2, -0.2, 0.3, 0.5, 0.6, 0.1, -0.4],
};
