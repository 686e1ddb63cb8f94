import { describe, expect, test } from "vitest";
import { convolveFields, poolFields } from "../../../src/models/ctr/fgcnn.js";
import { runBlock } from "../../support/block.js";
import { evaluate } from "../../support/gradient-check.js";

/** Five fields of one number in one channel. */
const five = { shape: [1, 5, 1, 1], data: [1, 2, 3, 4, 5] };

describe("a convolution along the fields", () => {
  const convolve = (kernel: number, weight: number[], bias = 0) =>
    runBlock([five], (nn, x) => convolveFields(nn, x, 1, kernel), {
      "convolution/linear/weight": weight,
      "convolution/linear/bias": [bias],
    });

  test("keeps their number, with zeros beyond both ends", async () => {
    expect(await convolve(3, [100, 10, 1])).toEqual([12, 123, 234, 345, 450]);
    expect(await convolve(3, [100, 10, 1], 7)).toEqual([19, 130, 241, 352, 457]);
  });

  test("keeps it with an even kernel, which sees one field more ahead", async () => {
    expect(await convolve(2, [10, 1])).toEqual([12, 23, 34, 45, 50]);
  });

  test("does not mix the numbers of an embedding, and sums over channels", async () => {
    const x = { shape: [1, 2, 2, 2], data: [1, 2, 3, 4, 5, 6, 7, 8] };
    const found = await runBlock([x], (nn, t) => convolveFields(nn, t, 1, 1), {
      "convolution/linear/weight": [1, 10],
      "convolution/linear/bias": [0],
    });
    expect(found).toEqual([21, 43, 65, 87]);
  });
});

describe("pooling along the fields", () => {
  test.each([
    [2, [1, 3, 5]],
    [3, [2, 5]],
    [5, [5]],
    [7, [5]],
  ])("by %i leaves the largest of each window, the first being the short one", async (size, wanted) => {
    expect(await runBlock([five], (_, x) => poolFields(x, size))).toEqual(wanted);
  });

  test("sends the gradient to the largest field alone", async () => {
    const found = await evaluate([{ shape: [1, 6, 2, 1] }], (x) => poolFields(x, 3));
    const values = Array.from(found.data[0]!, Number);
    for (let window = 0; window < 2; window++) {
      for (let k = 0; k < 2; k++) {
        const places = [0, 1, 2].map((offset) => (window * 3 + offset) * 2 + k);
        const largest = Math.max(...places.map((place) => values[place]!));
        for (const place of places) {
          const slope = Math.abs(found.gradients[0]![place]!);
          if (values[place] === largest) expect(slope).toBeGreaterThan(0);
          else expect(slope).toBe(0);
        }
      }
    }
    await found.release();
  });
});
