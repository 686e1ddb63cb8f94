import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cappedItems,
  itemHyperedges,
  sharedHyperedges,
  sharedItems,
} from "../../../src/models/graph/hypergraph.js";
import { meanOfLayers, symmetricHop } from "../../../src/models/graph/light-gcn-hops.js";
import { type FeatureMatrix, nearestNeighbours } from "../../../src/models/graph/neighbours.js";
import { entryRows, type SparseMatrix, sparseMatrix } from "../../../src/models/graph/sparse.js";
import { gatherRows, productHop } from "../../../src/models/graph/sparse-product.js";
import { gradientError } from "../../support/gradient-check.js";
import { computed, identity, rounded, rows } from "./support.js";

const features = (values: number[][]): FeatureMatrix => ({
  dim: values[0]!.length,
  values: Float64Array.from(values.flat()),
});
const dense = ({ height, width, columns, values, ...rest }: SparseMatrix): number[][] => {
  const full = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  const at = entryRows({ height, width, columns, values, ...rest });
  columns.forEach((column, i) => {
    full[at[i]!]![column] = values[i]!;
  });
  return full;
};
const fromDense = (values: number[][]): SparseMatrix => {
  const entries = values.flatMap((row, i) =>
    row.flatMap((value, j) => (value === 0 ? [] : [[i, j, value] as const])),
  );
  return sparseMatrix(
    values.length,
    values[0]!.length,
    entries.map(([i]) => i),
    entries.map(([, j]) => j),
    entries.map(([, , v]) => v),
  );
};

/** The golden items of two modalities. */
const modalities = [
  features([
    [1, 0],
    [1, 0.5],
    [0, 1],
  ]),
  features([
    [1, 0],
    [-1, 0.2],
    [1, 0.1],
  ]),
];
const interactions = fromDense([
  [1, 1, 0],
  [0, 1, 0],
  [0, 0, 1],
]);

const someItems = fc
  .record({ items: fc.integer({ min: 2, max: 9 }), dim: fc.integer({ min: 1, max: 4 }) })
  .chain(({ items, dim }) =>
    fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: dim, maxLength: dim }), {
      minLength: items,
      maxLength: items,
    }),
  );

describe("nearest neighbours", () => {
  test("are the golden ones: the item itself, then by cosine; none at or below 0", () => {
    expect(modalities.map((modality) => dense(nearestNeighbours(modality, 2)))).toEqual([
      [
        [1, 1, 0],
        [1, 1, 0],
        [0, 1, 1],
      ],
      [
        [1, 0, 1],
        [0, 1, 0],
        [1, 0, 1],
      ],
    ]);
  });

  test("of one are the item alone, even among its doubles", () => {
    fc.assert(
      fc.property(someItems, (items) => {
        const near = dense(nearestNeighbours(features(items), 1));
        expect(near).toEqual(items.map((_, i) => items.map((__, j) => Number(i === j))));
      }),
    );
  });

  test("among equals are those of lower id", () => {
    const near = dense(
      nearestNeighbours(
        features([
          [1, 1],
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
        2,
      ),
    );
    expect(near).toEqual([
      [1, 1, 0, 0],
      [1, 1, 0, 0],
      [1, 0, 1, 0],
      [1, 0, 0, 1],
    ]);
  });

  test("of an item without features are the item alone, and nobody's", () => {
    expect(
      dense(
        nearestNeighbours(
          features([
            [1, 0],
            [0, 0],
            [2, 0],
          ]),
          3,
        ),
      ),
    ).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [1, 0, 1],
    ]);
  });

  test("do not change when features are scaled", () => {
    fc.assert(
      fc.property(
        someItems,
        fc.integer({ min: -6, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (items, power, k) => {
          const larger = items.map((item) => item.map((value) => value * 2 ** power));
          expect(nearestNeighbours(features(larger), k)).toEqual(nearestNeighbours(features(items), k));
        },
      ),
    );
  });

  test("refuse what is no feature matrix", () => {
    expect(() => nearestNeighbours({ dim: 2, values: new Float32Array(3) }, 2)).toThrow(/whole rows/);
    expect(() => nearestNeighbours(features([[Number.NaN, 1]]), 2)).toThrow(/item 0 are not finite/);
    expect(() => nearestNeighbours(features([[1, 1]]), 0)).toThrow(/neighbours is 0/);
    expect(() => itemHyperedges([], 2)).toThrow(/the modalities are of no items/);
    expect(() => itemHyperedges([features([[1]]), features([[1], [2]])], 2)).toThrow(/of 1 and 2 items/);
  });
});

describe("the item hypergraph", () => {
  const hop = sharedHyperedges(itemHyperedges(modalities, 2));

  test("is the golden one", async () => {
    expect(rounded(await computed(hop(identity(3))))).toEqual([
      [0.444444, 0.272166, 0.353553],
      [0.272166, 0.5, 0.144338],
      [0.353553, 0.144338, 0.5],
    ]);
    expect(
      rounded(
        await computed(
          hop(
            hop(
              rows([
                [1, 0],
                [0, 1],
                [1, 1],
              ]),
            ),
          ),
        ),
      ),
    ).toEqual([
      [0.7698, 0.681272],
      [0.548639, 0.58547],
      [0.769029, 0.636396],
    ]);
  });

  test("with one neighbour is the identity", async () => {
    const alone = sharedHyperedges(itemHyperedges(modalities, 1));
    expect(rounded(await computed(alone(identity(3))))).toEqual(await computed(identity(3)));
  });

  test("permutes as its items do", async () => {
    const order = [3, 0, 4, 1, 2];
    const items = [
      [1, 0.2],
      [0.9, 0.5],
      [-1, 0.7],
      [0.1, 1],
      [-0.4, -0.8],
    ];
    const x = [
      [1, 2],
      [3, -1],
      [0.5, 0],
      [-2, 1],
      [4, 4],
    ];
    const of = (by: readonly number[]) =>
      computed(
        sharedHyperedges(itemHyperedges([features(by.map((i) => items[i]!))], 3))(rows(by.map((i) => x[i]!))),
      );
    const plain = await of([0, 1, 2, 3, 4]);
    expect(rounded(await of(order))).toEqual(rounded(order.map((i) => plain[i]!)));
  });

  test("has a gradient that agrees with differences", async () => {
    expect(await gradientError([{ shape: [3, 2] }], (x) => hop(hop(x)))).toBeLessThan(1e-6);
  });
});

describe("the user hypergraph", () => {
  test("is the golden one", async () => {
    expect(await computed(sharedItems(interactions)(identity(3)))).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });

  const someInteractions = fc
    .array(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 4, maxLength: 4 }), {
      minLength: 2,
      maxLength: 6,
    })
    .filter((users) => users.flat().includes(1));

  test("has rows that sum to 1, or to 0 for who shares nothing, and nobody is tied to themselves", async () => {
    await fc.assert(
      fc.asyncProperty(someInteractions, async (users) => {
        const hop = await computed(sharedItems(fromDense(users))(identity(users.length)));
        hop.forEach((row, i) => {
          const shares = users.some(
            (other, j) => j !== i && other.some((v, item) => v * users[i]![item]! > 0),
          );
          expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(Number(shares), 9);
          expect(row[i]).toBeCloseTo(0, 9);
          expect(Math.min(...row)).toBeGreaterThan(-1e-12);
        });
      }),
      { numRuns: 20 },
    );
  });

  test("capped keeps that many users of each item, the same for a seed", () => {
    const popular = fromDense(Array.from({ length: 8 }, (_, user) => [1, Number(user < 2)]));
    const capped = cappedItems(popular, 3, 1);
    expect(dense(capped).reduce(([a, b], [x, y]) => [a! + x!, b! + y!], [0, 0])).toEqual([3, 2]);
    expect(cappedItems(popular, 3, 1)).toEqual(capped);
    expect(cappedItems(popular, 8, 1)).toEqual(popular);
    expect(() => cappedItems(popular, 0, 1)).toThrow(/the cap is 0/);
  });

  test("has a gradient that agrees with differences", async () => {
    expect(await gradientError([{ shape: [3, 2] }], sharedItems(interactions))).toBeLessThan(1e-6);
  });
});

describe("LightGCN's propagation", () => {
  test("gives the golden vectors", async () => {
    const { users, items } = meanOfLayers(
      symmetricHop(interactions),
      {
        users: rows([
          [1, 0],
          [0, 1],
          [1, 1],
        ]),
        items: rows([
          [2, 0],
          [0, 2],
          [1, -1],
        ]),
      },
      2,
    );
    expect(rounded(await computed(users))).toEqual([
      [1.054738, 0.451184],
      [0.117851, 0.971405],
      [1, 0.333333],
    ]);
    expect(rounded(await computed(items))).toEqual([
      [1.235702, 0.235702],
      [0.402369, 1.402369],
      [1, -0.333333],
    ]);
  });

  test("has a gradient that agrees with differences", async () => {
    const worst = await gradientError([{ shape: [3, 2] }, { shape: [3, 2] }], (users, items) => {
      const found = meanOfLayers(symmetricHop(interactions), { users, items }, 2);
      return found.users.add(found.items);
    });
    expect(worst).toBeLessThan(1e-6);
  });
});

describe("a sparse matrix", () => {
  test("adds up entries of one place and refuses places outside", async () => {
    const matrix = sparseMatrix(2, 3, [1, 1, 0], [2, 2, 0], [1, 4, 2]);
    expect(dense(matrix)).toEqual([
      [2, 0, 0],
      [0, 0, 5],
    ]);
    expect(
      await computed(
        productHop(matrix)(
          rows([
            [1, 1],
            [2, 2],
            [3, -1],
          ]),
        ),
      ),
    ).toEqual([
      [2, 2],
      [15, -5],
    ]);
    expect(() => sparseMatrix(2, 3, [2], [0])).toThrow(/entry 0 lies at \(2, 0\)/);
    expect(() => sparseMatrix(2, 3, [0], [3])).toThrow(/columns from 0 to 2/);
  });

  test("of rows without entries, and of many, gives their sums, with a gradient that agrees with differences", async () => {
    // Row i has i entries, up to 9, so that several widths are met; one row has none.
    const places = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: i }, (__, j) => ({ i, j })),
    ).flat();
    const triangle = sparseMatrix(
      10,
      9,
      places.map(({ i }) => i),
      places.map(({ j }) => j),
      places.map(({ i, j }) => i - 2 * j),
    );
    const x = Array.from({ length: 9 }, (_, j) => [j, 1]);
    const expected = dense(triangle).map((row) =>
      [0, 1].map((d) => row.reduce((sum, v, j) => sum + v * x[j]![d]!, 0)),
    );
    expect(await computed(productHop(triangle)(rows(x)))).toEqual(expected);
    expect(await gradientError([{ shape: [9, 2] }], productHop(triangle))).toBeLessThan(1e-6);
  });

  test("gathers rows by known ids, with a gradient that agrees with differences", async () => {
    const ids = Int32Array.of(2, 0, 2, 2);
    expect(
      await computed(
        gatherRows(
          rows([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
          ids,
        ),
      ),
    ).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
      [5, 6],
    ]);
    expect(await gradientError([{ shape: [3, 2] }], (x) => gatherRows(x, ids))).toBeLessThan(1e-6);
  });
});
