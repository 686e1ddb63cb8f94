import { describe, expect, test } from "vitest";
import {
  compile,
  constant,
  input,
  layers,
  openProgram,
  rootScope,
  writeOnnx,
} from "../../src/tensor/index.js";

const x = input("x", "float32", ["batch", 3]);

describe("a written graph", () => {
  test("holds equal nodes and equal constants once", () => {
    const once = x.exp().mul(constant("float32", [3], [1, 2, 3]));
    const twice = () => x.exp().mul(constant("float32", [3], [1, 2, 3]));
    const size = (y: Parameters<typeof writeOnnx>[0]) => writeOnnx(y).bytes.length;
    expect(size({ y: twice().add(twice()) })).toBe(size({ y: once.add(once) }));
    expect(size({ y: twice().add(x.exp().mul(constant("float32", [3], [1, 2, 4]))) })).toBeGreaterThan(
      size({ y: once.add(once) }),
    );
  });

  test("lists its inputs and outputs with their types and shapes", () => {
    const ids = input("ids", "int64", ["batch"]);
    const graph = writeOnnx({ y: x.sum(1), picked: x.gather(ids), same: x });
    expect(
      graph.inputs.map(({ name, dtype, shape }) => `${name} ${dtype} ${shape.join()}`).toSorted(),
    ).toEqual(["ids int64 batch", "x float32 batch,3"]);
    expect(graph.outputs.map(({ name, dtype, shape }) => `${name} ${dtype} ${shape.join()}`)).toEqual([
      "y float32 batch",
      "picked float32 batch,3",
      "same float32 batch,3",
    ]);
  });

  test("may carry its weights, and gives what it gave with the weights fed", async () => {
    const scope = rootScope({ training: false, seed: 1, embeddings: "exact" });
    const y = layers(scope).mlp(x, [4, 2], { activation: "tanh" });
    const values = Object.fromEntries(
      scope.declared.parameters.map(({ name, shape }) => [
        name,
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
      ]),
    );
    const batch = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
    const fed = await compile({ y });
    const carried = await openProgram(writeOnnx({ y }, values));
    expect(carried.inputs.map(({ name }) => name)).toEqual(["x"]);
    const weights = scope.declared.parameters.map(
      ({ name, shape }) => [name, { data: values[name]!, shape }] as const,
    );
    const one = await fed.run({ x: batch, ...Object.fromEntries(weights) });
    const other = await carried.run({ x: batch });
    expect([...other.y!.data]).toEqual([...one.y!.data]);
    await fed.release();
    await carried.release();
  });

  test("is the same bytes each time", () => {
    const write = () => writeOnnx({ y: x.softmax().mul(x.mean(0)).sum([0, 1]) }).bytes;
    expect(write()).toEqual(write());
  });

  test("of a recurrent network unrolled over 300 steps is deeper than the call stack and no trouble", async () => {
    const nn = layers(rootScope({ training: false, seed: 1, embeddings: "exact" }));
    const long = input("long", "float32", ["batch", 300, 1]);
    const program = await compile({ last: nn.gru(long, 2).at(1, -1) }, { threads: 1 });
    const feeds = program.inputs.map(({ name, shape }) => {
      const concrete = shape.map((length) => (length === "batch" ? 2 : Number(length)));
      return [
        name,
        { data: new Float32Array(concrete.reduce((a, b) => a * b, 1)).fill(0.1), shape: concrete },
      ] as const;
    });
    const { last } = await program.run(Object.fromEntries(feeds));
    expect([...last!.data].every(Number.isFinite)).toBe(true);
    await program.release();
  });
});
