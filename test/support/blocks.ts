import { expect } from "vitest";
import { compile, constant, type Layers, layers, rootScope, type Tensor } from "../../src/tensor/index.js";

/** Runs a block in float64 with the given parameters, by name, and returns its values. */
export async function blockValues(
  build: (nn: Layers) => Tensor,
  parameters: Readonly<Record<string, readonly number[]>> = {},
): Promise<number[]> {
  const scope = rootScope({ training: false, seed: 1, embeddings: "exact", dtype: "float64" });
  const value = build(layers(scope));
  const declared = scope.declared.parameters;
  expect(declared.map(({ name }) => name).toSorted()).toEqual(Object.keys(parameters).toSorted());
  const program = await compile({ value }, { threads: 1 });
  const feeds = Object.fromEntries(
    declared.map(({ name, shape }) => [name, { data: Float64Array.from(parameters[name]!), shape }]),
  );
  const result = await program.run(feeds);
  const found = Array.from(result.value!.data, Number);
  await program.release();
  return found;
}

/** The example of the published golden values: one row of four fields, embedded in three dimensions. */
export function fourFields(): Tensor {
  return constant("float64", [1, 4, 3], [0.1, 0.2, -0.3, 0.4, -0.1, 0.2, -0.2, 0.3, 0.5, 0.6, 0.1, -0.4]);
}

export function expectClose(found: readonly number[], wanted: readonly number[], tolerance = 1e-6): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!), `value ${i}: ${value}, not ${wanted[i]}`).toBeLessThanOrEqual(
      tolerance,
    );
  });
}
