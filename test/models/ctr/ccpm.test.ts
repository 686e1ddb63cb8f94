import { describe, expect, test } from "vitest";
import { keptOf, kMax } from "../../../src/models/ctr/ccpm.js";
import { ccpm } from "../../../src/models/index.js";
import { compile, constant, gradients, input } from "../../../src/tensor/index.js";
import { parameterCount } from "../../../src/train/index.js";
import { blockValues } from "../../support/blocks.js";

describe("k-max pooling", () => {
  const row = (...values: number[]) => constant("float64", [1, values.length], values);

  test("keeps the largest values in the order they stood", async () => {
    expect(await blockValues(() => kMax(row(3, 1, 5, 2, 4), 3))).toEqual([3, 5, 4]);
  });

  test("takes the earlier of equal values", async () => {
    expect(await blockValues(() => kMax(row(2, 7, 2, 2), 3))).toEqual([2, 7, 2]);
  });

  test("sends no gradient to what it drops", async () => {
    const x = input("x", "float64", [1, 5]);
    const program = await compile({ gradient: gradients(kMax(x, 3).square().sum(), [x])[0]! });
    const { gradient } = await program.run({ x: { data: Float64Array.of(3, 1, 5, 2, 4), shape: [1, 5] } });
    expect([...gradient!.data]).toEqual([6, 0, 10, 0, 8]);
    await program.release();
  });
});

test("three layers over ten fields keep 8, 3 and 3 values; two over 24 keep 12 and 3", () => {
  expect([1, 2, 3].map((layer) => keptOf(layer, 3, 10))).toEqual([8, 3, 3]);
  expect([1, 2].map((layer) => keptOf(layer, 2, 24))).toEqual([12, 3]);
});

describe("CCPM", () => {
  const fields = [3, 4, 5].map((size, i) => ({ name: "abc"[i]!, size }));

  test("learns tables, one filter and bias a channel, and a linear map of three values a channel and dimension", () => {
    const options = { dim: 2, channels: [4, 6], kernels: [3, 2] };
    const wanted = 12 * 2 + 4 * (3 + 1) + 6 * (4 * 2 + 1) + (3 * 2 * 6 + 1);
    expect(parameterCount(ccpm.trainable({ fields }, options))).toBe(wanted);
  });

  test("refuses channels without kernels", () => {
    const options = { channels: [4, 8], kernels: [3] };
    expect(() => parameterCount(ccpm.trainable({ fields }, options))).toThrow(
      /ccpm: option "channels" has 2 layers and "kernels" has 1/,
    );
  });
});
