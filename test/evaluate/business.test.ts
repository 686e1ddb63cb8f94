import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import {
  adoptionRate,
  clickThroughRate,
  conversionRate,
  grossMerchandiseValue,
  lift,
  meanDwell,
  retentionRate,
  revenuePerSession,
  userRatio,
} from "../../src/evaluate/index.js";

describe("business metrics", () => {
  test("rates are sums over sums, not means of users' rates", () => {
    expect(clickThroughRate([1, 1], [10, 1]).mean).toBeCloseTo(2 / 11, 12);
    expect(conversionRate([1, 0], [4, 4]).mean).toBe(0.125);
    expect(revenuePerSession([30, 0, 15], [2, 1, 2]).mean).toBe(9);
  });

  test("sums and shares", () => {
    expect(grossMerchandiseValue([10, 2.5], [2, 4])).toBe(30);
    expect(adoptionRate([1, 0, 0, 1]).mean).toBe(0.5);
    expect(retentionRate([1, 1, 0, 1], [1, 0, 1, 0]).mean).toBeCloseTo(1 / 3, 12);
    expect(meanDwell([1000, 3000]).mean).toBe(2000);
  });

  /** Users differ in taste, so their impressions are not independent: the click rate of a user is uniform in 0..2 rate. */
  function world(users: number, rate: number, seed: number) {
    const source = random(seed, "business");
    const denominator = Array.from({ length: users }, () => 1 + source.integer(40));
    const numerator = denominator.map((n) => {
      const own = 2 * rate * source.uniform();
      return Array.from({ length: n }, () => (source.uniform() < own ? 1 : 0)).reduce<number>(
        (a, b) => a + b,
        0,
      );
    });
    return { numerator, denominator };
  }

  test("intervals hold the truth about 95 times in 100, though impressions of a user are alike", () => {
    let [rates, lifts] = [0, 0];
    for (let i = 0; i < 400; i++) {
      const [control, treated] = [world(150, 0.2, 2 * i), world(150, 0.25, 2 * i + 1)];
      const rate = userRatio(control);
      const gain = lift(treated, control);
      if (rate.low < 0.2 && rate.high > 0.2) rates++;
      if (gain.low < 0.25 && gain.high > 0.25) lifts++;
    }
    // Three standard errors of a share of 0.95 over 400 are 0.033.
    expect(Math.abs(rates / 400 - 0.95)).toBeLessThan(0.033);
    expect(Math.abs(lifts / 400 - 0.95)).toBeLessThan(0.033);
  });

  test("bad input", () => {
    expect(() => clickThroughRate([1], [1, 2])).toThrow(/1 numerator and 2 denominator/);
    expect(() => clickThroughRate([0, 0], [0, 0])).toThrow(/denominators sum to 0/);
    expect(() => clickThroughRate([Number.NaN], [1])).toThrow(/numerator\[0\] is NaN/);
    expect(() => lift({ numerator: [1], denominator: [1] }, { numerator: [0], denominator: [1] })).toThrow(
      /ratio of the control is 0/,
    );
    expect(() => adoptionRate([0.5])).toThrow(/adopted\[0\] is 0.5\n.*1 or 0/);
    expect(() => retentionRate([0, 0], [1, 1])).toThrow(/nobody was active/);
  });
});
