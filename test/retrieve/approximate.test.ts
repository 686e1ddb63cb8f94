import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { topScores } from "../../src/decide/index.js";
import { buildApproximate, type ItemVectors, scoreEvery, scoreOf } from "../../src/retrieve/index.js";

/** Vectors around some centres, some ten times as long as others: an inner product favours the long ones. */
function clustered(items: number, dim: number): { vectors: ItemVectors; queries: Float32Array[] } {
  const draw = random(7, "approximate");
  const centres = Array.from({ length: 20 }, () => Float32Array.from({ length: dim }, () => draw.normal()));
  const near = (length: number) => {
    const centre = centres[draw.integer(centres.length)]!;
    return Float32Array.from(centre, (value) => length * (value + draw.normal()));
  };
  const values = new Float32Array((items + 1) * dim);
  for (let id = 1; id <= items; id++) values.set(near(Math.exp(0.5 * draw.normal())), id * dim);
  return {
    vectors: { rows: items + 1, dim, values },
    queries: Array.from({ length: 50 }, () => near(1)),
  };
}

const options = { connectivity: 32, expansionAdd: 256, expansionSearch: 512, threads: 1 };

describe("an index over item vectors", () => {
  test("finds nearly all of the best by inner product, whatever the vectors' lengths", {
    timeout: 60_000,
  }, () => {
    const { vectors, queries } = clustered(3000, 16);
    const index = buildApproximate(vectors, options);
    for (const limit of [10, 100]) {
      let found = 0;
      for (const query of queries) {
        const truth = new Set(topScores(scoreEvery(vectors, query), limit));
        const ids = index.search(query, limit);
        expect(ids.length).toBe(limit);
        expect(new Set(ids).size).toBe(limit);
        found += ids.filter((id) => truth.has(id)).length;
      }
      expect(found / (limit * queries.length)).toBeGreaterThan(0.95);
    }
  });

  test("gives ids from 1, and never more than there are", () => {
    const { vectors, queries } = clustered(5, 4);
    const ids = buildApproximate(vectors, options).search(queries[0]!, 50);
    expect([...ids].toSorted()).toEqual([1, 2, 3, 4, 5]);
  });

  test("takes vectors that are all zero, which have no direction", () => {
    const vectors = { rows: 4, dim: 2, values: new Float32Array(8) };
    expect(buildApproximate(vectors, options).search(Float32Array.of(1, 1), 3).length).toBe(3);
  });
});

test("a score is the inner product; row 0 is nobody's", () => {
  const vectors = { rows: 3, dim: 2, values: Float32Array.of(9, 9, 1, 2, -3, 0.5) };
  const query = Float32Array.of(2, 4);
  expect(scoreOf(vectors, query, 2)).toBe(-4);
  expect([...scoreEvery(vectors, query)]).toEqual([Number.NEGATIVE_INFINITY, 10, -4]);
});
