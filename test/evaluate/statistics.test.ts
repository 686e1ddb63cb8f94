import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import {
  adjust,
  type Correction,
  compareSystems,
  overSeeds,
  pairedBootstrap,
  pairedRandomisation,
  pairedT,
} from "../../src/evaluate/index.js";
import { incompleteBeta } from "../../src/evaluate/statistics/special-functions.js";
import { studentQuantile } from "../../src/evaluate/statistics/student.js";
import { readGolden } from "../support/golden.js";

const golden = readGolden<{
  paired: { a: number[]; b: number[]; t: number; p: number; randomised: number }[];
  adjusted: ({ p: number[] } & Record<Correction, number[]>)[];
  beta: { x: number; a: number; b: number; value: number }[];
  student: { freedom: number; quantile: number }[];
}>("significance");

describe("tests equal those of an independent program", () => {
  test("the paired t test", () => {
    for (const { a, b, t, p } of golden.paired) {
      expect(pairedT(a, b).t).toBeCloseTo(t, 9);
      expect(pairedT(a, b).p).toBeCloseTo(p, 9);
    }
  });

  test("the randomisation test, against all assignments of signs", () => {
    for (const { a, b, randomised } of golden.paired) {
      const found = pairedRandomisation(a, b, { draws: 19999 });
      // Four standard errors of a share over 20,000 draws, and the draw that is the data itself.
      const error = 4 * Math.sqrt((randomised * (1 - randomised)) / 20000) + 1 / 20000;
      expect(Math.abs(found.p - randomised)).toBeLessThanOrEqual(error);
    }
  });

  test("corrections for several comparisons", () => {
    for (const { p, ...corrected } of golden.adjusted) {
      for (const [name, values] of Object.entries(corrected)) {
        const found = adjust(p, name as Correction);
        values.forEach((value, i) => {
          expect(found[i], name).toBeCloseTo(value, 9);
        });
      }
    }
  });

  test("the incomplete beta function and quantiles of Student's t", () => {
    for (const { x, a, b, value } of golden.beta) {
      expect(Math.abs(incompleteBeta(x, a, b) - value)).toBeLessThan(1e-11 * Math.max(value, 1e-3));
    }
    for (const { freedom, quantile } of golden.student) {
      expect(studentQuantile(0.95, freedom)).toBeCloseTo(quantile, 7);
    }
  });
});

/** Per-user nDCG as it looks: many zeros, the rest anywhere; the systems differ by chance alone. */
function users(n: number, seed: number, better = 0) {
  const source = random(seed, "null");
  const value = () => (source.uniform() < 0.5 ? 0 : source.uniform());
  const a = new Float64Array(n);
  const b = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const hard = source.uniform();
    a[i] = hard * value() + better;
    b[i] = hard * value();
  }
  return { a, b };
}

describe("where two systems do not differ", () => {
  const runs = 2000;
  // Three standard errors of a share of 0.05 over 2,000 runs.
  const error = 3 * Math.sqrt((0.05 * 0.95) / runs);

  test.each([
    ["randomisation", (a: Float64Array, b: Float64Array) => pairedRandomisation(a, b, { draws: 399 }).p],
    ["t", (a: Float64Array, b: Float64Array) => pairedT(a, b).p],
  ])("the %s test is wrong about as often as it says: 5 in 100", (_, p) => {
    let rejected = 0;
    for (let run = 0; run < runs; run++) {
      const { a, b } = users(60, run);
      if (p(a, b) <= 0.05) rejected++;
    }
    expect(Math.abs(rejected / runs - 0.05)).toBeLessThan(error);
  });

  test("ten comparisons raise a false alarm in about 40 of 100 runs uncorrected, and in at most 5 corrected", () => {
    let [plain, corrected] = [0, 0];
    for (let run = 0; run < 500; run++) {
      const p = Array.from({ length: 10 }, (_, i) => {
        const { a, b } = users(40, 10 * run + i);
        return pairedT(a, b).p;
      });
      if (p.some((value) => value <= 0.05)) plain++;
      if (adjust(p, "holm").some((value) => value <= 0.05)) corrected++;
    }
    expect(plain / 500).toBeGreaterThan(0.3);
    expect(corrected / 500).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 500));
  });

  test("identical systems: p is 1 and the interval is exactly [0, 0]", () => {
    const { a } = users(30, 1);
    expect(pairedRandomisation(a, a).p).toBe(1);
    expect(pairedT(a, a)).toMatchObject({ p: 1, t: 0 });
    expect(pairedBootstrap(a, a)).toMatchObject({ mean: 0, low: 0, high: 0 });
  });
});

describe("comparing systems", () => {
  const { a, b } = users(400, 5, 0.1);
  const same = users(400, 6).b;

  test("a planted difference is found, and the one that is not there is not", () => {
    const found = compareSystems({ popularity: b, planted: a, other: same }, { baseline: "popularity" });
    expect(found.map(({ system, significant }) => [system, significant])).toEqual([
      ["planted", true],
      ["other", false],
    ]);
    expect(found[0]!.difference.low).toBeGreaterThan(0);
    expect(found[0]!.method).toBe("paired randomisation test, 9999 draws, seed 1, holm over 2");
    expect(found[0]!.adjusted).toBeGreaterThanOrEqual(2 * found[0]!.p - 1e-12);
  });

  test("users without a value in either system are left out of the pair", () => {
    const holed = b.map((value, i) => (i % 4 === 0 ? Number.NaN : value));
    const [row] = compareSystems({ popularity: holed, planted: a }, { baseline: "popularity", test: "t" });
    expect(row).toMatchObject({
      n: 300,
      significant: true,
      method: "paired t test, 299 degrees of freedom, holm over 1",
    });
  });

  test("bad input", () => {
    expect(() => compareSystems({ pop: b, a }, { baseline: "popp" })).toThrow(
      /no system "popp"\n.*did you mean "pop"/,
    );
    expect(() => compareSystems({ pop: b, a: [1] }, { baseline: "pop" })).toThrow(
      /a has 1 users and pop 400/,
    );
    expect(() => pairedT([1], [1])).toThrow(/one pair/);
    expect(() => pairedT([1, Number.NaN], [1, 1])).toThrow(/a\[1\] is NaN/);
    expect(() => pairedRandomisation([1], [1], { draws: 0 })).toThrow(/draws is 0/);
    expect(() => adjust([0.1, 2])).toThrow(/pValues\[1\] is 2/);
    expect(() => overSeeds([])).toThrow(/no figures/);
  });
});

test("over seeds: mean, spread and Student's interval", () => {
  // t(0.975, 2) = 4.302653.
  const found = overSeeds([0.98, 0.982, 0.984]);
  expect(found).toMatchObject({ min: 0.98, max: 0.984, seeds: 3, method: "t interval over 3 seeds" });
  expect(found.mean).toBeCloseTo(0.982, 12);
  expect(found.deviation).toBeCloseTo(0.002, 12);
  expect(found.high - found.mean).toBeCloseTo((4.302653 * 0.002) / Math.sqrt(3), 8);
  expect(overSeeds([1])).toMatchObject({ mean: 1, deviation: Number.NaN, low: Number.NaN });
});
