import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { kMeans } from "../../src/train/index.js";

/** Points around given centres. */
function around(centres: readonly (readonly number[])[], each: number, spread: number): Float32Array {
  const source = random(5, "points");
  const rows = centres.flatMap((centre) =>
    Array.from({ length: each }, () => centre.map((value) => value + spread * source.normal())),
  );
  return Float32Array.from(rows.flat());
}

const centres = [
  [10, 0, 0],
  [0, 10, 0],
  [0, 0, 10],
  [-10, -10, 5],
];

describe("k-means", () => {
  test("finds clusters that lie apart, and its error is the spread within them", async () => {
    const { centroids, error } = await kMeans(around(centres, 300, 0.5), 3, { clusters: 4, seed: 1 });
    const found = Array.from({ length: 4 }, (_, i) => [...centroids.subarray(i * 3, i * 3 + 3)]);
    for (const centre of centres) {
      const nearest = Math.min(...found.map((c) => Math.hypot(...c.map((value, k) => value - centre[k]!))));
      expect(nearest).toBeLessThan(0.2);
    }
    expect(error).toBeGreaterThan(0.6);
    expect(error).toBeLessThan(0.9);
  });

  test("is decided by the seed, and more restarts are never worse", async () => {
    const points = around(centres, 60, 6);
    const run = (seed: number, restarts: number) =>
      kMeans(points, 3, { clusters: 9, seed, restarts, iterations: 4 });
    const [a, b, c] = [await run(1, 2), await run(1, 2), await run(2, 2)];
    expect(a.centroids).toEqual(b.centroids);
    expect(a.centroids).not.toEqual(c.centroids);
    expect((await run(1, 6)).error).toBeLessThanOrEqual(a.error);
  });

  test("samples down what is more than it may take", async () => {
    const points = around(centres, 500, 0.1);
    const { error } = await kMeans(points, 3, { clusters: 4, seed: 1, pointsPerCluster: 20 });
    expect(error).toBeLessThan(0.1);
  });

  test("repeats points as spare centroids where there are fewer points than clusters, or all are the same", async () => {
    const few = await kMeans(Float32Array.of(1, 2, 5, 6), 2, { clusters: 5, seed: 1 });
    expect(few.centroids.every(Number.isFinite)).toBe(true);
    expect(few.error).toBeLessThan(1e-3);
    const same = await kMeans(new Float32Array(40).fill(3), 2, { clusters: 3, seed: 1 });
    expect(same.centroids.every(Number.isFinite)).toBe(true);
    expect(same.error).toBeLessThan(1e-3);
  });

  test("refuses what it cannot cluster", async () => {
    const options = { clusters: 2, seed: 1 };
    await expect(kMeans(new Float32Array(0), 2, options)).rejects.toThrow(/0 numbers are no points of 2/);
    await expect(kMeans(new Float32Array(3), 2, options)).rejects.toThrow(/3 numbers are no points of 2/);
    await expect(kMeans(Float32Array.of(1, Number.NaN), 2, options)).rejects.toThrow(/not finite/);
    await expect(kMeans(Float32Array.of(1, 2), 2, { ...options, clusters: 0 })).rejects.toThrow(
      /clusters is 0/,
    );
  });
});
