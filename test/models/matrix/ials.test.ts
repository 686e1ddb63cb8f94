import { describe, expect, test } from "vitest";
import { random } from "../../../src/core/random.js";
import { ragged } from "../../../src/data/index.js";
import { fitIals } from "../../../src/models/index.js";
import { openLeastSquares } from "../../../src/models/matrix/least-squares.js";

/** Two groups of people, each of which takes its own half of the items, some of them by chance. */
function twoTastes(users: number, items: number) {
  const source = random(7, "two-tastes");
  const half = items / 2;
  const lists = Array.from({ length: users }, (_, user) =>
    Int32Array.from({ length: 6 }, () => 1 + source.integer(half) + (user % 2 === 0 ? 0 : half)),
  );
  return ragged(lists, items + 1);
}

const world = twoTastes(120, 20);
const small = { dim: 8, penalty: 0.01, unobservedWeight: 0.1, sweeps: 8, seed: 1 };

describe("a row's least squares", () => {
  test("is what the normal equations give", async () => {
    // Items 0 and 2 of [[1,0],[0,1],[1,1]], a0 0.1, lambda 0.01, nu 1: penalty 0.01 (2 + 0.1 * 3).
    const side = await openLeastSquares(
      { starts: Int32Array.of(0, 2), ids: Int32Array.of(0, 2) },
      { dim: 4, otherCount: 3 },
    );
    const others = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0);
    const gram = Float32Array.of(0.2, 0.1, 0, 0, 0.1, 0.2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    side.load({ others, gram });
    const row = new Float32Array(4);
    side.solve(Float32Array.of(0.023), 8, row);
    expect(row[0]).toBeCloseTo(0.892142, 6);
    expect(row[1]).toBeCloseTo(0.015245, 6);
    expect([row[2], row[3]]).toEqual([0, 0]);
  });

  test("is zero for a row without ones", async () => {
    const side = await openLeastSquares(
      { starts: Int32Array.of(0, 0), ids: new Int32Array(0) },
      { dim: 4, otherCount: 1 },
    );
    side.load({ others: Float32Array.of(1, 2, 3, 4), gram: new Float32Array(16).fill(0.1) });
    const row = Float32Array.of(0, 0, 0, 0);
    side.solve(Float32Array.of(0.5), 3, row);
    expect([...row]).toEqual([0, 0, 0, 0]);
  });
});

describe("iALS", () => {
  test("prefers items of a person's own taste, also for a person it never saw", async () => {
    const model = await fitIals(world, small);
    const out = new Float64Array(21);
    model.score(Int32Array.of(1, 2), out);
    expect(out[0]).toBe(Number.NEGATIVE_INFINITY);
    const mean = (from: number) => out.subarray(from, from + 8).reduce((sum, score) => sum + score, 0) / 8;
    expect(mean(3)).toBeGreaterThan(3 * Math.abs(mean(12)));
    expect(model.similar(1, 5).every(({ item }) => item <= 10)).toBe(true);
  });

  test("gives the same bits for the same seed, whatever the number of threads, and others for another", async () => {
    const one = await fitIals(world, { ...small, threads: 1 });
    const two = await fitIals(world, { ...small, threads: 2 });
    const other = await fitIals(world, { ...small, seed: 2 });
    expect(two.itemVectors).toEqual(one.itemVectors);
    expect(other.itemVectors).not.toEqual(one.itemVectors);
  });

  test("lowers its objective from sweep to sweep", async () => {
    const objectiveAfter = async (sweeps: number) => objective(await fitIals(world, { ...small, sweeps }));
    const values = [
      await objectiveAfter(1),
      await objectiveAfter(2),
      await objectiveAfter(4),
      await objectiveAfter(8),
    ];
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  test("answers a history without known items by popularity", async () => {
    const model = await fitIals(world, small);
    const counts = new Float64Array(21);
    for (const item of world.values) counts[item]!++;
    counts[0] = Number.NEGATIVE_INFINITY;
    for (const history of [[], [99], [0]]) {
      const out = new Float64Array(21);
      model.score(Int32Array.from(history), out);
      expect(out).toEqual(counts);
    }
  });

  test("says which option is wrong, and stops when asked", async () => {
    await expect(fitIals(world, { ...small, dim: 0 })).rejects.toThrow(/dim is 0/);
    await expect(fitIals(world, { ...small, penalty: -1 })).rejects.toThrow(/penalty is -1/);
    await expect(fitIals(world, small, { signal: AbortSignal.abort() })).rejects.toThrow(/stopped/);
  });
});

/** The weighted squares of iALS, with every user's vector at its optimum. */
function objective(model: Awaited<ReturnType<typeof fitIals>>): number {
  const { itemVectors, dim } = model;
  let total = 0;
  const counts = new Float64Array(21);
  for (let user = 0; user + 1 < world.offsets.length; user++) {
    const history = world.values.subarray(world.offsets[user], world.offsets[user + 1]);
    const taken = new Set(history);
    for (const item of taken) counts[item]!++;
    const vector = model.userVector(history);
    for (let item = 1; item <= 20; item++) {
      let score = 0;
      for (let k = 0; k < dim; k++) score += vector[k]! * itemVectors[item * dim + k]!;
      total += small.unobservedWeight * score ** 2 + (taken.has(item) ? (score - 1) ** 2 : 0);
    }
    const weight = small.penalty * (taken.size + small.unobservedWeight * 20);
    total += weight * vector.reduce((sum, value) => sum + value ** 2, 0);
  }
  for (let item = 1; item <= 20; item++) {
    const weight = small.penalty * (counts[item]! + small.unobservedWeight * 120);
    const vector = itemVectors.subarray(item * dim, (item + 1) * dim);
    total += weight * vector.reduce((sum, value) => sum + value ** 2, 0);
  }
  return total;
}
