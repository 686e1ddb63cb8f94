import { describe, expect, test } from "vitest";
import {
  compile,
  dropoutRows,
  dropoutRowsName,
  gradients,
  input,
  layers,
  rootScope,
  type Tensor,
} from "../../src/tensor/index.js";

const [rows, width] = [400, 50];

/** Two dropouts of ones at a rate: their outputs at one step, and the gradient of the first one's sum. */
async function dropped(rate: number, step: number, seed = 1, batch = rows) {
  const nn = layers(rootScope({ training: true, seed, embeddings: "exact" }));
  const x = input("x", "float32", ["batch", width]);
  const [first, second] = [nn.dropout(x, rate), nn.dropout(x, rate)];
  const [slope] = gradients(first.sum(), [x]);
  const program = await compile({ first, second, slope: slope! });
  const result = await program.run({
    x: { data: new Float32Array(batch * width).fill(1), shape: [batch, width] },
    [dropoutRowsName]: { data: dropoutRows(seed, step, batch), shape: [batch] },
  });
  await program.release();
  return Object.fromEntries(
    Object.entries(result).map(([name, { data }]) => [name, Array.from(data, Number)]),
  ) as {
    first: number[];
    second: number[];
    slope: number[];
  };
}

const share = (values: readonly number[]) => values.filter((value) => value === 0).length / values.length;

describe("dropout", () => {
  test.each([0.1, 0.5, 0.9])(
    "zeroes a share of %d, scales the rest, and passes the gradient through the same mask",
    async (rate) => {
      const { first, slope } = await dropped(rate, 1);
      const kept = Math.fround(1 / (1 - rate));
      expect(new Set(first.map((value) => (value === 0 ? 0 : kept)))).toEqual(new Set([0, kept]));
      for (const value of first) if (value !== 0) expect(value).toBeCloseTo(1 / (1 - rate), 4);
      expect(Math.abs(share(first) - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / first.length));
      expect(slope).toEqual(first);
    },
  );

  test("spreads its zeros evenly over rows and columns, and pairs of columns fall together as chance has it", async () => {
    const { first } = await dropped(0.5, 3);
    const column = (c: number) => Array.from({ length: rows }, (_, r) => first[r * width + c]!);
    const deviation = Math.sqrt(0.25 / rows);
    const shares = Array.from({ length: width }, (_, c) => share(column(c)));
    expect(Math.max(...shares.map((value) => Math.abs(value - 0.5)))).toBeLessThan(5 * deviation);
    const agreements = Array.from({ length: width - 1 }, (_, c) => {
      const [a, b] = [column(c), column(c + 1)];
      return a.filter((value, r) => (value === 0) === (b[r] === 0)).length / rows;
    });
    const mean = agreements.reduce((a, b) => a + b, 0) / agreements.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
    for (let r = 0; r < rows; r++) {
      expect(Math.abs(share(first.slice(r * width, (r + 1) * width)) - 0.5)).toBeLessThan(0.4);
    }
  });

  test("has the same mask for the same seed, step and layer, whatever the batch size, and another for another", async () => {
    const { first, second } = await dropped(0.5, 7);
    expect((await dropped(0.5, 7)).first).toEqual(first);
    expect((await dropped(0.5, 7, 1, 10)).first).toEqual(first.slice(0, 10 * width));
    for (const other of [second, (await dropped(0.5, 8)).first, (await dropped(0.5, 7, 2)).first]) {
      const same = other.filter((value, i) => value === first[i]).length / first.length;
      expect(Math.abs(same - 0.5)).toBeLessThan(0.05);
    }
  });

  test("is nothing at rate 0 and in inference", () => {
    const x: Tensor = input("x", "float32", ["batch", 2]);
    for (const [training, rate] of [
      [true, 0],
      [false, 0.5],
    ] as const) {
      expect(layers(rootScope({ training, seed: 1, embeddings: "exact" })).dropout(x, rate)).toBe(x);
    }
  });
});
