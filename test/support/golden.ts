import { readFileSync } from "node:fs";
import { expect } from "vitest";
import {
  compile,
  gradients,
  type Layers,
  layers,
  rootScope,
  type Tensor,
  typedArray,
  type Value,
} from "../../src/tensor/index.js";

/** An array as the golden files hold it, row-major. */
export interface Values {
  shape: number[];
  data: number[];
}

/** One case of a golden file; see test/golden/README.md. */
export interface Golden {
  inputs: Record<string, Values>;
  parameters: Record<string, Values>;
  outputs: Record<string, Values>;
  loss: number;
  gradients: Record<string, Values>;
}

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8")) as T;
}

/** |found - wanted| / |wanted|, or |found| where the wanted array is all zeros. */
export function relativeError(found: ArrayLike<number>, wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  const norm = Math.hypot(...wanted);
  return Math.hypot(...wanted.map((value, i) => found[i]! - value)) / (norm > 1e-9 ? norm : 1);
}

export function floats({ shape, data }: Values): Value {
  return { data: Float32Array.from(data), shape };
}

/** What a golden test builds: the loss, inputs to differentiate beside the parameters, and outputs to compare. */
interface Built {
  loss: Tensor;
  inputs?: Record<string, Tensor>;
  outputs?: Record<string, Tensor>;
}

/**
 * Writes a training graph, runs it in float32 on given inputs and parameters, and compares the loss, the outputs and
 * every gradient with the golden ones, to 1e-5 of the norm of each.
 */
export async function expectGolden(
  build: (nn: Layers) => Built,
  batch: Record<string, Value>,
  golden: Omit<Golden, "inputs" | "outputs"> & { outputs?: Record<string, Values> },
): Promise<void> {
  const scope = rootScope({ training: true, seed: 1, embeddings: "exact" });
  const { loss, inputs = {}, outputs = {} } = build(layers(scope));
  const { parameters, states } = scope.declared;
  expect(parameters.map(({ name }) => name).toSorted()).toEqual(Object.keys(golden.parameters).toSorted());
  const targets = { ...inputs, ...Object.fromEntries(parameters.map(({ name, tensor }) => [name, tensor])) };
  expect(Object.keys(targets).toSorted()).toEqual(Object.keys(golden.gradients).toSorted());
  const names = Object.keys(targets);
  const found = gradients(loss, Object.values(targets));
  const program = await compile(
    { loss, ...outputs, ...Object.fromEntries(found.map((g, i) => [`gradient/${names[i]}`, g])) },
    { threads: 1 },
  );
  const fed: Record<string, Value> = { ...batch };
  for (const [name, array] of Object.entries(golden.parameters)) fed[name] = floats(array);
  for (const { name, shape } of states) fed[name] = { data: new Float32Array(shape[0]!), shape };
  const result = await program.run(Object.fromEntries(program.inputs.map(({ name }) => [name, fed[name]!])));
  const numbers = (name: string) => Array.from(result[name]!.data, Number);
  expect(relativeError(numbers("loss"), [golden.loss]), "loss").toBeLessThan(1e-5);
  for (const name of Object.keys(outputs)) {
    expect(relativeError(numbers(name), golden.outputs![name]!.data), name).toBeLessThan(1e-5);
  }
  for (const [name, { data }] of Object.entries(golden.gradients)) {
    expect(relativeError(numbers(`gradient/${name}`), data), `gradient of ${name}`).toBeLessThan(1e-5);
  }
  await program.release();
}

/** Feeds of a golden case's inputs, in the types of the graph's own. */
export function feedsOf(
  arrays: Record<string, Values>,
  types: Readonly<Record<string, "int32" | "bool">> = {},
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [
      name,
      { data: typedArray(types[name] ?? "float32", data), shape },
    ]),
  );
}
