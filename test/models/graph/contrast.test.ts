import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { synergisticContrast } from "../../../src/models/graph/contrast.js";
import { gradientError } from "../../support/gradient-check.js";
import { computed, rows } from "./support.js";

const contrast = async (first: number[][], second: number[][], temperature: number, block?: number) =>
  (await computed(synergisticContrast(rows(first), rows(second), temperature, block)))[0]![0]!;

/** As the definition has it, node by node. */
function asDefined(first: number[][], second: number[][], temperature: number): number {
  const cosine = (a: number[], b: number[]) =>
    a.reduce((sum, v, d) => sum + v * b[d]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
  const power = (a: number[], b: number[]) => Math.exp(cosine(a, b) / temperature);
  const losses = first.map((z, i) => {
    const all =
      first.reduce((sum, other) => sum + power(z, other), 0) +
      second.reduce((sum, other) => sum + power(z, other), 0);
    return -Math.log(power(z, second[i]!) / (all - power(z, z)));
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}

describe("the synergistic contrast", () => {
  test("is the golden one", async () => {
    expect(
      await contrast(
        [
          [1, 0],
          [1, 1],
          [0, 2],
        ],
        [
          [1, 1],
          [0, 1],
          [0, -1],
        ],
        0.5,
      ),
    ).toBeCloseTo(2.467543, 6);
    const fused = [
      [1.984557, 0.898437],
      [1.086151, 2.132055],
      [1.770415, 0.30421],
    ];
    const ii = [
      [0.7698, 0.681272],
      [0.548639, 0.58547],
      [0.769029, 0.636396],
    ];
    expect(await contrast(fused, ii, 0.5)).toBeCloseTo(1.492327, 5);
  });

  const views = fc.integer({ min: 1, max: 7 }).chain((nodes) => {
    const view = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }), {
      minLength: nodes,
      maxLength: nodes,
    });
    return fc.tuple(view, view);
  });

  test("is what its definition says, in blocks of any size", async () => {
    await fc.assert(
      fc.asyncProperty(
        views,
        fc.constantFrom(1, 2, 3, 100),
        fc.constantFrom(0.1, 0.5, 1),
        async ([a, b], block, temperature) => {
          expect(await contrast(a, b, temperature, block)).toBeCloseTo(asDefined(a, b, temperature), 8);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("falls when the views agree", async () => {
    const [a, b] = [
      [
        [1, 0],
        [1, 1],
        [0, 2],
      ],
      [
        [1, 1],
        [0, 1],
        [0, -1],
      ],
    ];
    expect(await contrast(a, a, 0.5)).toBeLessThan(await contrast(a, b, 0.5));
  });

  test.each([1, 2, 10])(
    "has a gradient that agrees with differences, in blocks of %i rows",
    async (block) => {
      const worst = await gradientError(
        [
          { shape: [5, 3], low: 0.3 },
          { shape: [5, 3], low: 0.3 },
        ],
        (a, b) => synergisticContrast(a, b, 0.4, block),
      );
      expect(worst).toBeLessThan(1e-6);
    },
  );

  test("refuses a temperature at which powers vanish, and views that do not fit", () => {
    expect(() => synergisticContrast(rows([[1]]), rows([[1]]), 0.01)).toThrow(/the temperature is 0.01/);
    expect(() => synergisticContrast(rows([[1]]), rows([[1], [2]]), 0.5)).toThrow(/two views/);
  });
});
