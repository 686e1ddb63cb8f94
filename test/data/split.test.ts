import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leaveOneOut, ragged, row, splitByTime, splitByUser, splitRandom } from "../../src/data/index.js";

const everyRowOnce = (parts: Int32Array[], length: number) =>
  expect(parts.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual([...Array(length).keys()]);
const fractions = [0.7, 0.2, 0.1];

describe("a split", () => {
  test("by time puts nothing late before anything early, and keeps the row order of ties", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }), (times) => {
        const parts = splitByTime(times, fractions);
        everyRowOnce(parts, times.length);
        const order = parts.flatMap((part) => [...part]);
        for (let i = 1; i < order.length; i++) {
          const [before, after] = [order[i - 1]!, order[i]!];
          expect(times[before]! < times[after]! || (times[before] === times[after] && before < after)).toBe(
            true,
          );
        }
      }),
    );
  });

  test("by time cuts ties at the boundary by row number", () => {
    expect(splitByTime([5, 5, 5, 1], [0.5, 0.5])).toEqual([Int32Array.of(3, 0), Int32Array.of(1, 2)]);
  });

  test("at random is the same for the same seed and another for another", () => {
    const parts = splitRandom(100, fractions, 7);
    everyRowOnce(parts, 100);
    expect(parts.map((part) => part.length)).toEqual([70, 20, 10]);
    expect(splitRandom(100, fractions, 7)).toEqual(parts);
    expect(splitRandom(100, fractions, 8)).not.toEqual(parts);
  });

  test("by user never parts a user, and depends on the set of users alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), fc.nat(), (users, seed) => {
        const parts = splitByUser(users, fractions, seed);
        everyRowOnce(parts, users.length);
        const usersOf = (rows: Int32Array, all: number[]) => new Set(Array.from(rows, (i) => all[i]!));
        const owners = parts.map((part) => usersOf(part, users));
        expect(owners.reduce((sum, set) => sum + set.size, 0)).toBe(new Set(users).size);
        const again = [...users, ...users].reverse();
        expect(splitByUser(again, fractions, seed).map((part) => usersOf(part, again))).toEqual(owners);
      }),
    );
  });

  test("by less than everything leaves the rest out", () => {
    expect(splitByTime([1, 2, 3, 4], [0.5, 0.25])).toEqual([Int32Array.of(0, 1), Int32Array.of(2)]);
  });

  test.each([[[]], [[0.5, 0.6]], [[-0.1, 1]], [[Number.NaN]]])("refuses the fractions %j", (bad) => {
    expect(() => splitRandom(10, bad, 1)).toThrow(/fractions are .*\n.*sum to at most 1/);
  });

  test("by time refuses a row without a time", () => {
    expect(() => splitByTime([1, Number.NaN], [1])).toThrow("row 1 has no time");
  });

  test("of nothing is nothing", () => {
    expect(splitRandom(0, [0.8, 0.2], 1).map((part) => part.length)).toEqual([0, 0]);
  });
});

describe("leave-one-out", () => {
  const { train, validation, test: last } = leaveOneOut(ragged([[1, 2, 3, 4], [5, 6, 7], [1, 2], []], 9));

  test("tests on the last item, validates on the one before, trains on the rest", () => {
    expect([[...row(train, 0)], validation[0], last[0]]).toEqual([[1, 2], 3, 4]);
    expect([[...row(train, 1)], validation[1], last[1]]).toEqual([[5], 6, 7]);
  });

  test("trains on all of a row of fewer than three, which has no targets", () => {
    expect([[...row(train, 2)], validation[2], last[2]]).toEqual([[1, 2], 0, 0]);
    expect([[...row(train, 3)], validation[3], last[3]]).toEqual([[], 0, 0]);
  });

  test("keeps the number of ids", () => expect(train.size).toBe(9));
});
