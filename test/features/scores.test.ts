import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { chiSquareLogP } from "../../src/features/chi-square.js";
import {
  adjustedMutualInformation,
  type CodedColumn,
  chiSquare,
  codeCells,
  codeCorrelation,
  codedColumn,
  conditionalEntropy,
  correctedInformation,
  crossCodes,
  entropy,
  expectedInformation,
  heuristicNames,
  heuristicOf,
  mutualInformation,
  pairCoverage,
  score,
  surrogateScore,
} from "../../src/features/index.js";

function coded(...values: (string | number | null)[]): CodedColumn {
  return codeCells(values.map((value) => (value === null ? null : String(value))));
}

/** Two columns of one table with a few values each. */
const pair = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 })), {
    minLength: 2,
    maxLength: 60,
  })
  .map((rows) => ({
    feature: codeCells(rows.map(([a]) => String(a))),
    target: codeCells(rows.map(([, b]) => String(b))),
  }));

/** The corrected score as the paper writes it: probabilities and logarithms, value by value. */
function correctedByDefinition(feature: CodedColumn, target: CodedColumn): number {
  const n = feature.codes.length;
  const within = (labels: (row: number, size: number) => number) => {
    let total = 0;
    for (let v = 0; v < feature.size; v++) {
      const rows = [...feature.codes.keys()].filter((i) => feature.codes[i] === v);
      if (rows.length === 1) continue;
      for (let c = 0; c < target.size; c++) {
        const p = rows.filter((i) => labels(i, rows.length) === c).length / rows.length;
        if (p > 0) total -= (rows.length / n) * p * Math.log(p);
      }
    }
    return total;
  };
  return within((i, size) => target.codes[(i + size) % n]!) - within((i) => target.codes[i]!);
}

describe("coding a column", () => {
  test("missing and empty are values of their own, coded in order of appearance", () => {
    const column = codeCells(["b", null, "", "b", null]);
    expect([...column.codes]).toEqual([0, 1, 2, 0, 1]);
    expect([column.values, [...column.counts]]).toEqual([
      ["b", null, ""],
      [2, 2, 1],
    ]);
  });

  test("a cross has one value for each pair that occurs, in a direct table and in a map", () => {
    fc.assert(
      fc.property(pair, ({ feature, target }) => {
        const cross = crossCodes(feature, target);
        const wide = { codes: feature.codes.map((code) => code * 90_001), size: 400_000 };
        const names = codeCells(Array.from(feature.codes, (code, i) => `${code}/${target.codes[i]}`));
        expect([...cross.codes]).toEqual([...names.codes]);
        expect(cross.size).toBe(names.size);
        expect([...crossCodes(wide, target).codes]).toEqual([...names.codes]);
      }),
    );
  });

  test("a code outside its size is refused by row", () => {
    expect(() => codedColumn([0, 2], 2)).toThrow(/code 2 in row 1.*size is 2/);
    expect(() => codedColumn([Number.NaN], 2)).toThrow(/code NaN in row 0/);
    expect(() => codedColumn([], 2)).toThrow(/no rows/);
    expect(() => mutualInformation(coded(1, 2), coded(1))).toThrow(/2 and 1 rows/);
  });
});

describe("information", () => {
  test("of small columns is what one computes by hand", () => {
    const target = coded(0, 0, 1, 1);
    expect(entropy(target)).toBeCloseTo(Math.LN2, 15);
    expect(mutualInformation(coded("a", "a", "b", "b"), target)).toBeCloseTo(Math.LN2, 15);
    expect(mutualInformation(coded("a", "b", "a", "b"), target)).toBeCloseTo(0, 15);
    expect(conditionalEntropy(coded("a", "a", "a", "b"), target)).toBeCloseTo(
      (3 / 4) * (-(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3)),
      15,
    );
  });

  test("corrected: the definition, value by value", () => {
    fc.assert(
      fc.property(pair, ({ feature, target }) => {
        fc.pre(feature.codes.some((code, i) => code !== target.codes[i]));
        expect(correctedInformation(feature, target)).toBeCloseTo(correctedByDefinition(feature, target), 12);
      }),
    );
  });

  test("corrected: a constant and an all-unique column score exactly 0, the target itself its entropy", () => {
    const source = random(1, "labels");
    const target = codeCells(Array.from({ length: 500 }, () => String(source.integer(3))));
    for (const background of ["shift", "permutation"] as const) {
      const constant = codeCells(Array.from({ length: 500 }, () => "x"));
      const unique = codeCells(Array.from({ length: 500 }, (_, i) => String(i)));
      expect(correctedInformation(constant, target, { background })).toBeCloseTo(
        0,
        background === "shift" ? 20 : 12,
      );
      expect(correctedInformation(unique, target, { background })).toBe(0);
      const renamed = codeCells(Array.from(target.codes, (code) => `class ${code}`));
      expect(correctedInformation(renamed, target, { background })).toBe(entropy(target));
    }
  });

  test("a column whose values add up to the target's is not taken for it", () => {
    // The original compares the sum of differences with 0, which this permuted column would pass.
    const target = coded(0, 1, 0, 1, 1, 0);
    const permuted = codedColumn([1, 0, 0, 1, 0, 1], 2);
    expect(correctedInformation(permuted, target)).not.toBe(entropy(target));
  });

  test("information is symmetric, not negative, and at most either entropy", () => {
    fc.assert(
      fc.property(pair, ({ feature, target }) => {
        const shared = mutualInformation(feature, target);
        expect(shared).toBeCloseTo(mutualInformation(target, feature), 10);
        expect(shared).toBeGreaterThanOrEqual(-1e-12);
        expect(shared).toBeLessThanOrEqual(Math.min(entropy(feature), entropy(target)) + 1e-12);
      }),
    );
  });
});

describe("adjusted mutual information", () => {
  // The labels of Vinh, Epps and Bailey's comparison, with the figures scikit-learn's own tests hold.
  const a = coded(1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3);
  const b = coded(1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2);

  test("gives the reference figures", () => {
    expect(mutualInformation(a, b)).toBeCloseTo(0.41022, 5);
    expect(expectedInformation([6, 6, 5], [6, 7, 4], 17)).toBeCloseTo(0.15042, 5);
    expect(adjustedMutualInformation(a, b)).toBeCloseTo(0.27821, 5);
    expect(adjustedMutualInformation(a, a)).toBeCloseTo(1, 12);
    expect(adjustedMutualInformation(coded(0, 0, 0, 0), coded(0, 1, 2, 3))).toBe(0);
    expect(adjustedMutualInformation(coded(0, 0), coded(1, 1))).toBe(1);
  });

  test("is the chance-free share: about 0 for noise of any cardinality, at most 1", () => {
    const source = random(3, "noise");
    const target = codeCells(Array.from({ length: 2000 }, () => String(source.integer(2))));
    for (const cardinality of [2, 50, 1000]) {
      const noise = codeCells(Array.from({ length: 2000 }, () => String(source.integer(cardinality))));
      expect(Math.abs(adjustedMutualInformation(noise, target))).toBeLessThan(0.01);
    }
    fc.assert(
      fc.property(pair, ({ feature, target }) => {
        expect(adjustedMutualInformation(feature, target)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});

describe("chi-square", () => {
  test("gives the textbook figures", () => {
    // 2 x 2 with rows 10, 20 / 30, 5: statistic by (ad - bc)^2 n / (products of margins), one degree of freedom.
    const cells = [
      [10, 20],
      [30, 5],
    ];
    const rows = cells.flatMap((line, i) =>
      line.flatMap((count, j) => Array.from({ length: count }, () => [i, j])),
    );
    const test = chiSquare(coded(...rows.map(([i]) => i!)), coded(...rows.map(([, j]) => j!)));
    const statistic = (65 * (10 * 5 - 20 * 30) ** 2) / (30 * 35 * 40 * 25);
    expect([test.statistic, test.degrees]).toEqual([expect.closeTo(statistic, 10), 1]);
  });

  test.each([
    // Critical values of the chi-square table.
    [1, 3.841459, 0.05],
    [4, 9.487729, 0.05],
    [10, 23.209251, 0.01],
    [30, 59.702, 0.001],
    [2, 20, Math.exp(-10)],
  ])("with %d degrees the statistic %d has p %d", (degrees, statistic, p) => {
    expect(Math.exp(chiSquareLogP(statistic, degrees))).toBeCloseTo(p, 6);
  });

  test("a p-value too small for a number keeps its logarithm", () => {
    const column = codeCells(Array.from({ length: 20_000 }, (_, i) => String(i % 2)));
    expect(chiSquare(column, column).logP).toBeLessThan(-9_000);
  });
});

describe("the other scores", () => {
  test("correlation has no sign, and none where a column is constant", () => {
    expect(codeCorrelation(codedColumn([0, 1, 2, 3], 4), codedColumn([3, 2, 1, 0], 4))).toBeCloseTo(1, 12);
    expect(codeCorrelation(codedColumn([0, 0, 0], 1), codedColumn([0, 1, 2], 3))).toBe(0);
  });

  test("coverage is the share of the most frequent pair", () => {
    expect(pairCoverage(coded("a", "a", "b", "a"), coded(1, 1, 1, 0))).toBe(0.5);
  });

  test("a surrogate learns what a column tells, and nothing from noise", () => {
    const source = random(5, "surrogate");
    const noise = codeCells(Array.from({ length: 4000 }, () => String(source.integer(10))));
    const target = codeCells(Array.from({ length: 4000 }, () => String(source.integer(2))));
    const telling = codeCells(
      Array.from(target.codes, (code) => `${code}${source.uniform() < 0.5 ? "x" : "y"}`),
    );
    expect(surrogateScore(telling, target)).toBeGreaterThan(0.97);
    expect(surrogateScore(noise, target)).toBeLessThan(1 - Math.LN2 + 0.01);
    expect(surrogateScore(noise, target, { dimensions: 8 })).toBeLessThan(1 - Math.LN2 + 0.01);
    expect(surrogateScore(telling, target, { dimensions: 1 })).toBeLessThan(
      surrogateScore(telling, target, { dimensions: 8 }),
    );
  });

  test("a stratified score comes from a sample and is scaled by its share", () => {
    const options = { background: "shift", seed: 0 } as const;
    const source = random(7, "stratified");
    const target = codeCells(Array.from({ length: 6000 }, () => String(source.integer(2))));
    const feature = codeCells(
      Array.from(target.codes, (code) => String(source.uniform() < 0.7 ? code : 1 - code)),
    );
    const whole = score("information", feature, target, { ...options, share: 1 });
    const part = score("information", feature, target, { ...options, share: 0.3 });
    expect(part / whole).toBeGreaterThan(0.2);
    expect(part / whole).toBeLessThan(0.4);
    // So few rows a value that none would be left: all are used.
    const unique = codeCells(Array.from({ length: 6000 }, (_, i) => String(i)));
    expect(score("information", unique, target, { ...options, share: 0.3 })).toBe(
      mutualInformation(unique, target),
    );
  });

  test("every score has a name, and a wrong one is told the nearest", () => {
    for (const name of heuristicNames)
      expect(
        Number.isFinite(
          score(name, coded(1, 2, 1, 3), coded(0, 1, 0, 0), { background: "shift", seed: 1, share: 1 }),
        ),
      ).toBe(true);
    expect(() => heuristicOf("corected")).toThrow(/no score "corected"[\s\S]*did you mean "corrected"/);
  });
});
