import { describe, expect, test } from "vitest";
import { compile, input, typedArray } from "../../src/tensor/index.js";
import { type Golden, readGolden, relativeError } from "../support/golden.js";
import { opCases } from "../support/op-cases.js";

const golden = readGolden<Record<string, Pick<Golden, "inputs" | "outputs">>>("ops");

describe("every op gives what PyTorch gives, to 1e-6 of the norm in float32", () => {
  test("the two programs have the same cases", () => {
    expect(Object.keys(golden).toSorted()).toEqual(opCases.map(({ name }) => name).toSorted());
  });

  test.each(opCases.map((each) => [each.name, each] as const))("%s", async (name, { leaves, f }) => {
    const { inputs, outputs } = golden[name]!;
    const tensors = leaves.map(({ below }, i) =>
      input(`x${i}`, below ? "int32" : "float32", inputs[`x${i}`]!.shape),
    );
    const program = await compile({ y: f(...tensors) }, { threads: 1 });
    const feeds = program.inputs.map(({ name: leaf, dtype, shape }) => {
      const { data } = inputs[leaf]!;
      return [leaf, { data: typedArray(dtype, data), shape: shape as number[] }] as const;
    });
    const { y } = await program.run(Object.fromEntries(feeds));
    expect(y!.shape).toEqual(outputs.y!.shape);
    expect(relativeError(Array.from(y!.data, Number), outputs.y!.data)).toBeLessThan(1e-6);
    await program.release();
  });
});
