import { describe, expect, test } from "vitest";
import { Tensor } from "../../src/tensor/index.js";
import { concreteShape, evaluate, worstDifference } from "../support/gradient-check.js";
import { opCases } from "../support/op-cases.js";

function expectNear(found: number[], wanted: number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(wanted[i]!)));
  });
}

describe("gradients agree with central differences in float64, and float32 with float64", () => {
  test.each(opCases.map((each) => [each.name, each] as const))("%s", async (_, { leaves, f }) => {
    const double = await evaluate(leaves, f);
    expect(await worstDifference(leaves, double)).toBeLessThan(1e-6);
    const single = await evaluate(leaves, f, { dtype: "float32" });
    expectNear(single.value, double.value);
    single.gradients.forEach((gradient, i) => {
      expectNear(gradient, double.gradients[i]!);
    });
    await single.release();
  });
});

const symbolic = opCases.filter(({ leaves }) =>
  leaves.some(({ shape }) => shape.some((length) => typeof length === "string")),
);

describe("a symbolic batch", () => {
  test.each(symbolic.map((each) => [each.name, each] as const))(
    "gives the values and gradients of a fixed one: %s",
    async (_, { leaves, f }) => {
      const fixed = await evaluate(leaves, f, { batch: 2 });
      const found = await evaluate(leaves, f, { batch: 2, symbolic: true });
      expect(found.shape).toEqual(fixed.shape);
      expect(found.value).toEqual(fixed.value);
      expect(found.gradients).toEqual(fixed.gradients);
      await fixed.release();
      await found.release();
    },
  );

  const mayBeEmpty = symbolic.filter(({ needsRows }) => !needsRows);
  test.each(mayBeEmpty.map((each) => [each.name, each] as const))(
    "may have no rows: %s",
    async (_, { leaves, f }) => {
      const size = (shape: readonly number[]) => shape.reduce((total, length) => total * length, 1);
      const found = await evaluate(leaves, f, { batch: 0, symbolic: true });
      expect(found.value).toHaveLength(size(found.shape));
      const floats = leaves.filter(({ below }) => !below);
      expect(found.gradients.map((gradient) => gradient.length)).toEqual(
        floats.map(({ shape }) => size(concreteShape(shape, 0))),
      );
      await found.release();
    },
  );
});

test("every method of a tensor has its case", () => {
  const uses = opCases.map(({ f }) => f.toString()).join("\n");
  const methods = Object.getOwnPropertyNames(Tensor.prototype).filter(
    (name) => !["constructor", "rank", "toString"].includes(name),
  );
  expect(methods.length).toBeGreaterThan(50);
  expect(methods.filter((name) => !uses.includes(`.${name}(`))).toEqual([]);
});
