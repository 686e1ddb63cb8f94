import { describe, expect, test } from "vitest";
import { attendWords } from "../../../src/models/graph/demand.js";
import {
  searchSupervision,
  translationContrast,
  translationDistance,
} from "../../../src/models/graph/intent-losses.js";
import { translated, weightedLayers } from "../../../src/models/graph/translation.js";
import { bpr, constant } from "../../../src/tensor/index.js";
import { gradientError } from "../../support/gradient-check.js";
import { computed, rounded, rows } from "./support.js";

const edges = { users: 2, items: 2, user: Int32Array.of(0, 0, 1, 1), item: Int32Array.of(0, 1, 1, 1) };
const start = {
  users: rows([
    [1, 0],
    [0, 1],
  ]),
  items: rows([
    [1, 1],
    [0, 2],
  ]),
};
const demands = rows([
  [0.5, 0],
  [0, 0.5],
  [1, -1],
  [0, 0],
]);
const numbers = (...values: number[]) => constant("float64", [values.length], values);

describe("translation propagation", () => {
  test("gives the golden layers and vectors", async () => {
    const layers = translated(edges, start, demands, 2);
    const found = await Promise.all(layers.flatMap(({ users, items }) => [computed(users), computed(items)]));
    expect(found.map(rounded)).toEqual([
      [
        [0.25, 1.25],
        [-0.5, 2.5],
      ],
      [
        [1.5, 0],
        [0.666667, 0.5],
      ],
      [
        [0.833333, 0],
        [0.166667, 1],
      ],
      [
        [0.75, 1.25],
        [0.083333, 1.916667],
      ],
    ]);
    const final = weightedLayers(start, layers);
    expect(rounded(await computed(final.users))).toEqual([
      [1.402778, 0.625],
      [-0.194444, 2.583333],
    ]);
    expect(rounded(await computed(final.items))).toEqual([
      [2, 1.416667],
      [0.361111, 2.888889],
    ]);
  });

  test("without edge vectors is the plain mean of neighbours, as with zeros on every edge", async () => {
    const [plain] = translated(edges, start, null, 1);
    expect(await computed(plain!.users)).toEqual([
      [0.5, 1.5],
      [0, 2],
    ]);
    expect(rounded(await computed(plain!.items))).toEqual([
      [1, 0],
      [0.333333, 0.666667],
    ]);
    const [zero] = translated(
      edges,
      start,
      rows([
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
      1,
    );
    expect(await computed(zero!.users)).toEqual(await computed(plain!.users));
  });

  test("leaves a node without edges at zeros", async () => {
    const [layer] = translated(
      { ...edges, items: 3 },
      {
        ...start,
        items: rows([
          [1, 1],
          [0, 2],
          [9, 9],
        ]),
      },
      demands,
      1,
    );
    expect((await computed(layer!.items))[2]).toEqual([0, 0]);
  });

  test("has a gradient that agrees with differences", async () => {
    const worst = await gradientError(
      [{ shape: [2, 2] }, { shape: [2, 2] }, { shape: [4, 2] }],
      (users, items, q) => {
        const final = weightedLayers({ users, items }, translated(edges, { users, items }, q, 2));
        return final.users.add(final.items.square());
      },
    );
    expect(worst).toBeLessThan(1e-6);
  });
});

describe("word attention", () => {
  const vectors = constant("float64", [1, 3, 2], [1, 0, 0, 1, 1, 1]);

  test("gives the golden sum", async () => {
    expect(rounded(await computed(attendWords(rows([[0.9, 1.9, 2.9]]), vectors)))).toEqual([
      [0.755272, 0.909969],
    ]);
  });

  test("gives padding nothing, and a row of padding zeros", async () => {
    const [masked] = await computed(attendWords(rows([[0.9, 1.9, 2.9]]), vectors, rows([[1, 1, 0]])));
    const [alone] = await computed(
      attendWords(rows([[0.9, 1.9]]), constant("float64", [1, 2, 2], [1, 0, 0, 1])),
    );
    expect(masked![0]).toBeCloseTo(alone![0]!, 12);
    expect(await computed(attendWords(rows([[0.9, 1.9, 2.9]]), vectors, rows([[0, 0, 0]])))).toEqual([
      [0, 0],
    ]);
  });

  test("has a gradient that agrees with differences", async () => {
    const worst = await gradientError([{ shape: [2, 3] }, { shape: [2, 3, 2] }], (scores, words) =>
      attendWords(
        scores,
        words,
        rows([
          [1, 1, 0],
          [1, 1, 1],
        ]),
      ),
    );
    expect(worst).toBeLessThan(1e-6);
  });
});

describe("the losses of UDITSR", () => {
  const reached = rows([[1.402778 + 0.5, 0.625]]);
  const [positive, negative] = [rows([[2, 1.416667]]), rows([[0.361111, 2.888889]])];

  test("are the golden ones", async () => {
    expect((await computed(translationDistance(reached, positive)))[0]![0]).toBeCloseTo(0.318094, 5);
    expect((await computed(translationDistance(reached, negative)))[0]![0]).toBeCloseTo(3.750965, 5);
    const contrast = translationContrast(reached, positive, negative).mul(0.2);
    expect((await computed(contrast))[0]![0]).toBeCloseTo(0.006357, 6);
    const supervision = searchSupervision(
      rows([
        [0.1, 0.2],
        [7, 8],
      ]),
      rows([
        [0.5, 0],
        [0, 0],
      ]),
      numbers(1, 0),
    ).mul(1.5);
    expect((await computed(supervision))[0]![0]).toBeCloseTo(0.075, 9);
    expect((await computed(bpr(numbers(0.3), numbers(-0.2))))[0]![0]).toBeCloseTo(0.474077, 6);
  });

  test("supervise by searches only, both what is generated and what was typed", async () => {
    const of = (...search: number[]) =>
      searchSupervision(
        rows([
          [1, 2],
          [3, 4],
        ]),
        rows([
          [0, 0],
          [0, 0],
        ]),
        numbers(...search),
      );
    expect(await computed(of(0, 0))).toEqual([[0]]);
    const worst = await gradientError([{ shape: [2, 2] }, { shape: [2, 2] }], (generated, typed) =>
      searchSupervision(generated, typed, numbers(1, 0)),
    );
    expect(worst).toBeLessThan(1e-6);
  });
});
