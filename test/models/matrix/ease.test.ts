import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ragged } from "../../../src/data/index.js";
import { fitEase } from "../../../src/models/index.js";
import { invertPositiveDefinite } from "../../../src/models/matrix/inverse.js";

const users = ragged(
  [[1, 2], [1, 3], [1, 2], [3]].map((ids) => Int32Array.from(ids)),
  4,
);

function scores(model: Awaited<ReturnType<typeof fitEase>>, history: number[]): number[] {
  const out = new Float64Array(model.items + 1);
  model.score(Int32Array.from(history), out);
  return Array.from(out.subarray(1));
}

function expectClose(found: number[], wanted: number[]) {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i]!, 6);
  });
}

describe("EASE", () => {
  test("gives the weights worked out by hand for four users and three items", async () => {
    const model = await fitEase(users, { penalty: 1 });
    expectClose(scores(model, [1]), [0, 6 / 11, 3 / 8]);
    expectClose(scores(model, [2]), [2 / 3, 0, -0.25]);
    expectClose(scores(model, [3]), [1 / 3, -2 / 11, 0]);
    expectClose(scores(model, [1, 2]), [2 / 3, 6 / 11, 0.125]);
  });

  test("counts an item of a history once and ignores what it never saw", async () => {
    const model = await fitEase(users, { penalty: 1 });
    expect(scores(model, [1, 1, 2])).toEqual(scores(model, [1, 2]));
    expect(scores(model, [0, 99, 1])).toEqual(scores(model, [1]));
    expect(scores(model, [])).toEqual([3, 2, 2]);
    expect(scores(model, [99])).toEqual([3, 2, 2]);
    expect(model.similar(99, 3)).toEqual([]);
    expect(model.similar(1, 1)[0]!.item).toBe(2);
  });

  test("refuses a penalty that leaves the matrix singular", async () => {
    for (const penalty of [0, -1, Number.NaN])
      await expect(fitEase(users, { penalty })).rejects.toThrow(/penalty is .*above 0/s);
  });
});

describe("the inverse of a positive definite matrix", () => {
  test("times the matrix is the identity, also across several blocks of columns", async () => {
    for (const size of [1, 7, 256, 600]) {
      const matrix = new Float32Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) matrix[i * size + j] = 0.5 ** Math.abs(i - j) + (i === j ? 1 : 0);
      }
      const inverse = await invertPositiveDefinite(matrix.slice(), size);
      let worst = 0;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let sum = 0;
          for (let k = 0; k < size; k++) sum += matrix[i * size + k]! * inverse[k * size + j]!;
          worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)));
        }
      }
      expect(worst).toBeLessThan(1e-5);
    }
  });

  test("permuting rows and columns permutes the inverse", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 16, maxLength: 16 }),
        async (x) => {
          const at = (i: number, j: number) =>
            [0, 1, 2, 3].reduce((sum, k) => sum + x[k * 4 + i]! * x[k * 4 + j]!, i === j ? 2 : 0);
          const matrix = (order: number[]) =>
            Float32Array.from({ length: 16 }, (_, k) => at(order[k >> 2]!, order[k & 3]!));
          const order = [2, 0, 3, 1];
          const plain = await invertPositiveDefinite(matrix([0, 1, 2, 3]), 4);
          const permuted = await invertPositiveDefinite(matrix(order), 4);
          order.forEach((from, i) => {
            order.forEach((to, j) => {
              expect(permuted[i * 4 + j]).toBeCloseTo(plain[from * 4 + to]!, 4);
            });
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  test("refuses a matrix that is not positive definite, and one that is not square", async () => {
    await expect(invertPositiveDefinite(Float32Array.of(1, 2, 2, 1), 2)).rejects.toThrow(
      /not positive definite/,
    );
    await expect(invertPositiveDefinite(Float32Array.of(1, 2, 2), 2)).rejects.toThrow(/no 2 x 2 matrix/);
  });
});
