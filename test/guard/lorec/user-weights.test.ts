import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compensate, weightOf } from "../../../src/guard/index.js";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
/** Scores of 8 accounts that put exactly these above the mean. */
const flag = (...users: number[]) => Array.from({ length: 8 }, (_, u) => (users.includes(u) ? 0.9 : 0.1));
const close = (actual: Float64Array, expected: number[]) => {
  for (const [u, value] of expected.entries()) expect(actual[u], `account ${u}`).toBeCloseTo(value, 6);
};

describe("states of accounts", () => {
  test("move as in the worked example of 8 accounts", () => {
    const first = compensate(new Float64Array(8).fill(3), flag(0, 1)).states;
    close(first, [2, 2, ...Array(6).fill(3.333333)]);
    const second = compensate(first, flag(0, 2)).states;
    close(second, [1, 2.333333, 2.333333, ...Array(5).fill(3.666667)]);
    const third = compensate(second, flag(0)).states;
    close(third, [0, 2.47619, 2.47619, ...Array(5).fill(3.809524)]);
    expect(sum(third)).toBeCloseTo(24, 9);
  });

  test("stay as they are when a third or more is flagged", () => {
    const before = Float64Array.of(3, 2, 1, 4, 3, 3, 3, 5);
    const after = compensate(before, flag(0, 1, 2));
    expect(after.postponed).toBe(true);
    expect([...after.states]).toEqual([...before]);
    expect(compensate(before, flag(0, 1)).postponed).toBe(false);
  });

  test("keep their sum, whatever the scores", () => {
    const rounds = fc
      .integer({ min: 1, max: 40 })
      .chain((users) =>
        fc.array(
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: users, maxLength: users }),
          { minLength: 1, maxLength: 30 },
        ),
      );
    fc.assert(
      fc.property(rounds, (scores) => {
        const users = scores[0]!.length;
        let states = new Float64Array(users).fill(3);
        for (const round of scores) {
          const next = compensate(states, round);
          expect(next.postponed).toBe(next.flagged.length >= users / 3);
          if (next.postponed) expect([...next.states]).toEqual([...states]);
          states = Float64Array.from(next.states);
        }
        expect(Math.abs(sum(states) - 3 * users)).toBeLessThan(1e-6);
      }),
    );
  });

  test("need one finite score each", () => {
    expect(() => compensate(new Float64Array(2), [0.1])).toThrow(/1 scores for 2 states/);
    expect(() => compensate(new Float64Array(2), [0.1, Number.NaN])).toThrow(/account 1 is NaN/);
  });
});

test.each([
  [4, 1.030905],
  [3.25, 1.010602],
  [3, 1],
  [2, 1],
  [0, 1],
  [-0.05, 1],
  [-0.094922, 1],
  [-0.1, 0.498671],
  [-0.5, 0.396337],
  [-1, 0.282331],
  [-2, 0.125138],
])("a state of %d weighs %d", (state, weight) => {
  expect(weightOf(state)).toBeCloseTo(weight, 6);
});
