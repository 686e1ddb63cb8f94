import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  leaveLast,
  leaveRandom,
  rollingWindows,
  splitBySession,
  splitEachUser,
  userFolds,
} from "../../src/data/index.js";

const users = [1, 2, 1, 1, 2, 3, 1];
const times = [4, 9, 1, 3, 5, 2, 2];
const lists = (parts: Record<string, Int32Array>) =>
  Object.fromEntries(Object.entries(parts).map(([name, rows]) => [name, [...rows]]));

describe("splits within users", () => {
  test("the last rows of each user test; who would keep none trains whole", () => {
    expect(lists(leaveLast(users, times, 1))).toEqual({ train: [2, 3, 4, 5, 6], test: [0, 1] });
    expect(lists(leaveLast(users, times, 3))).toEqual({ train: [1, 2, 4, 5], test: [0, 3, 6] });
    expect(lists(leaveLast(users, times, (rows) => Math.ceil(0.5 * rows)))).toEqual({
      train: [2, 4, 5, 6],
      test: [0, 1, 3],
    });
  });

  test("rows of one time are left out by row number, latest first", () => {
    expect(lists(leaveLast([1, 1, 1], [7, 7, 7], 1))).toEqual({ train: [0, 1], test: [2] });
  });

  test("at random, the same rows for the same seed, whoever else there is", () => {
    const one = leaveRandom(users, 2, 3);
    expect(leaveRandom(users, 2, 3)).toEqual(one);
    expect([...one.test].filter((row) => users[row] === 1)).toHaveLength(2);
    const found = new Set(
      Array.from({ length: 40 }, (_, seed) => [...leaveRandom([1, 1, 1, 1], 1, seed).test][0]),
    );
    expect(found).toEqual(new Set([0, 1, 2, 3]));
  });

  test("each user's past trains and later rows test", () => {
    expect(splitEachUser(users, times, [0.5, 0.5]).map((part) => [...part])).toEqual([
      [2, 4, 5, 6],
      [0, 1, 3],
    ]);
  });

  test("no row of a user's training is later than one of their test, and no row is lost", () => {
    const row = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        (rows, count) => {
          const [user, time] = [rows.map(([u]) => u), rows.map(([, t]) => t)];
          const { train, test } = leaveLast(user, time, count);
          expect([...train, ...test].toSorted((a, b) => a - b)).toEqual(rows.map((_, i) => i));
          for (const early of train) {
            for (const late of test)
              if (user[early] === user[late]) expect(time[early]).toBeLessThanOrEqual(time[late]!);
          }
        },
      ),
    );
  });

  test("in cross-validation every row tests once, and no user is on both sides", () => {
    const folds = userFolds(users, 3, 1);
    expect(folds.flatMap(({ test }) => [...test]).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const { train, test } of folds) {
      const trained = new Set([...train].map((row) => users[row]));
      expect([...test].some((row) => trained.has(users[row]!))).toBe(false);
      expect(train.length + test.length).toBe(7);
    }
  });
});

describe("splits in time", () => {
  test("sessions stay whole, the earliest first", () => {
    const found = splitBySession([7, 8, 7, 9, 8], [5, 1, 6, 9, 7], [1 / 3, 1 / 3, 1 / 3]);
    expect(found.map((part) => [...part])).toEqual([[1, 4], [0, 2], [3]]);
  });

  test("windows roll on, training on what lies before them", () => {
    const at = [0, 1, 2, 3, 4, 5, 6];
    const whole = rollingWindows(at, { from: 2, test: 2 });
    expect(whole.map(({ start, train, test }) => [start, [...train], [...test]])).toEqual([
      [2, [0, 1], [2, 3]],
      [4, [0, 1, 2, 3], [4, 5]],
      [6, [0, 1, 2, 3, 4, 5], [6]],
    ]);
    const short = rollingWindows(at, { from: 2, train: 1, test: 1, step: 3 });
    expect(short.map(({ train, test }) => [[...train], [...test]])).toEqual([
      [[1], [2]],
      [[4], [5]],
    ]);
  });
});

test.each([
  ["no time", () => leaveLast([1, 1], [1, Number.NaN], 1), /row 1 has no time/],
  ["a count of 0", () => leaveLast([1, 1], [1, 2], 0), /0 rows of user 1 are to be left out/],
  ["more folds than users", () => userFolds([1, 2], 3, 1), /3 folds of 2 users/],
  ["a window of no length", () => rollingWindows([1], { from: 0, test: 0 }), /test is 0/],
  ["a start that is no time", () => rollingWindows([1], { from: Number.NaN, test: 1 }), /from is NaN/],
  ["a step far too short", () => rollingWindows([1e9], { from: 0, test: 1 }), /more than 10,000 windows/],
  ["sessions without times", () => splitBySession([1, 2], [1], [1]), /2 sessions and 1 times/],
])("%s is an error", (_, act, message) => {
  expect(act).toThrow(message);
});
