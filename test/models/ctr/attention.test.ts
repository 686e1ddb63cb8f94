import { describe, expect, test } from "vitest";
import { generalizedInteraction } from "../../../src/models/ctr/aoanet.js";
import { disentangledWeights } from "../../../src/models/ctr/destine.js";
import { attentivePooling } from "../../../src/models/ctr/interhat.js";
import { attendPairs } from "../../../src/models/ctr/sam.js";
import { fourFields, runBlock } from "../../support/block.js";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const zero = new Array<number>(9).fill(0);
const rows = [0, 1, 2, 3].map((field) => fourFields.data.slice(3 * field, 3 * field + 3));
const inner = (a: readonly number[], b: readonly number[]) => sum(a.map((value, k) => value * b[k]!));
const softmax = (scores: readonly number[]) => {
  const powers = scores.map(Math.exp);
  return powers.map((power) => power / sum(powers));
};

describe("DESTINE", () => {
  test("weighs by the deviations from the mean field plus a unary part, and its rows sum to 2", async () => {
    const found = await runBlock([fourFields], (nn, x) => disentangledWeights(nn, x, 3, 1), {
      "query/linear/weight": identity,
      // A bias is the same for every field: whitening takes it away.
      "query/linear/bias": [7, -3, 1],
      "key/linear/weight": identity,
      "key/linear/bias": [0, 0, 0],
      "unary/linear/weight": [1, 0, 0],
      "unary/linear/bias": [0],
    });
    const centre = [0, 1, 2].map((k) => sum(rows.map((row) => row[k]!)) / 4);
    const white = rows.map((row) => row.map((value, k) => value - centre[k]!));
    const unary = softmax(rows.map((row) => row[0]!));
    white.forEach((query, i) => {
      const pairwise = softmax(white.map((key) => inner(query, key) / Math.sqrt(3)));
      const row = found.slice(4 * i, 4 * i + 4);
      expect(sum(row)).toBeCloseTo(2, 12);
      row.forEach((weight, j) => {
        // ONNX Runtime folds the scale into the product, as a float32.
        expect(weight).toBeCloseTo(pairwise[j]! + unary[j]!, 8);
      });
    });
  });
});

describe("InterHAt", () => {
  const parameters = {
    "linear/weight": [1, 2, 0, 0, -1, 1],
    "linear/bias": [0.1, 0],
    "linear2/weight": [1, 3],
  };
  const pooling = (part: "weights" | "pooled") =>
    runBlock([fourFields], (nn, x) => attentivePooling(nn, x, 2)[part], parameters);

  test("weighs rows by softmax of c ReLU(W x + b), and sums to 1", async () => {
    const found = await pooling("weights");
    expect(sum(found)).toBeCloseTo(1, 12);
    const scores = rows.map(([a, , c]) => Math.max(0, a! - c! + 0.1) + 3 * Math.max(0, 2 * a! + c!));
    softmax(scores).forEach((weight, i) => {
      expect(found[i]).toBeCloseTo(weight, 12);
    });
  });

  test("returns the weighted sum of the rows", async () => {
    const [weights, pooled] = [await pooling("weights"), await pooling("pooled")];
    pooled.forEach((value, k) => {
      expect(value).toBeCloseTo(sum(rows.map((row, i) => weights[i]! * row[k]!)), 12);
    });
  });
});

describe("SAM3A", () => {
  test("adds score times pair vector over all fields, and the residual map", async () => {
    const pairs = Array.from({ length: 48 }, (_, place) => place / 10);
    const found = await runBlock([fourFields], attendPairs, {
      pairs,
      "key/linear/weight": identity,
      "residual/linear/weight": identity.map((value) => 2 * value),
    });
    rows.forEach((row, i) => {
      row.forEach((own, k) => {
        const attended = rows.map((other, j) => inner(row, other) * pairs[(i * 4 + j) * 3 + k]!);
        expect(found[3 * i + k]).toBeCloseTo(sum(attended) + 2 * own, 12);
      });
    });
  });
});

describe("AOANet", () => {
  test("takes the outer products of all pairs, weighted, without storing them", async () => {
    const alpha = Array.from({ length: 2 * 2 * 4 }, (_, place) => (place - 5) / 7);
    const projection = [1, 2, -1, 0.5, 0.25, 3];
    const deviation = [...zero.map((_, place) => place / 9), ...identity];
    const below = { shape: [1, 2, 3], data: [0.3, -0.2, 0.1, 0.5, 0.4, -0.6] };
    const found = await runBlock([fourFields, below], (nn, e, x) => generalizedInteraction(nn, e, x, 2), {
      alpha,
      projection,
      deviation,
    });
    const subspaces = [0, 1].map((o) =>
      [0, 1, 2].map((k) => {
        let total = 0;
        for (let other = 0; other < 3; other++) {
          const weight = deviation[9 * o + 3 * k + other]! + (k === other ? 1 : 0);
          for (const [s, f] of [0, 1].flatMap((row) => [0, 1, 2, 3].map((field) => [row, field] as const)))
            total +=
              weight *
              projection[3 * o + other]! *
              alpha[(2 * o + s) * 4 + f]! *
              rows[f]![k]! *
              below.data[3 * s + other]!;
        }
        return total;
      }),
    );
    subspaces.flat().forEach((value, place) => {
      expect(found[place]).toBeCloseTo(value, 12);
    });
  });

  test("starts as the products of the sums: identity, ones and ones", async () => {
    const found = await runBlock([fourFields], (nn, e) => generalizedInteraction(nn, e, e, 1), {
      alpha: new Array<number>(16).fill(1),
      projection: [1, 1, 1],
      deviation: zero,
    });
    [0.9, 0.5, 0].forEach((total, k) => {
      expect(found[k]).toBeCloseTo(total * total, 12);
    });
  });
});
