import { expect, test } from "vitest";
import { openBudget, until } from "../../../src/serve/training/budget.js";

/** A clock in milliseconds that moves when told. */
function clock() {
  let at = 5_000;
  return { now: () => at, pass: (seconds: number) => (at += seconds * 1000) };
}

test("what one leaves of its share goes to those after it, and nothing is left at the end", () => {
  const { now, pass } = clock();
  const budget = openBudget(30, now);
  expect(budget.share(3)).toBe(10);
  pass(4);
  expect(budget.share(2)).toBe(13);
  pass(16);
  expect([budget.left(), budget.share(1)]).toEqual([10, 10]);
  pass(11);
  expect([budget.left(), budget.share(1)]).toEqual([0, 0]);
});

test("what goes on until a time ends after it, but gives one at least", async () => {
  const { now, pass } = clock();
  function* slow() {
    for (let i = 0; ; i++) {
      pass(2);
      yield i;
    }
  }
  const taken = async (end: number) => {
    const given: number[] = [];
    for await (const each of until(end, slow(), now)) given.push(each);
    return given;
  };
  expect(await taken(now() + 5_000)).toEqual([0, 1, 2]);
  expect(await taken(now())).toEqual([0]);
});
