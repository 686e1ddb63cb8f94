import { expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { betaSampler } from "../../src/decide/policies/beta.js";
import { meanAndError } from "../support/statistics.js";

/** For whole a and b, P(Beta(a, b) <= x) is the probability of at least a successes in a + b - 1 trials. */
function distribution(a: number, b: number, x: number): number {
  const trials = a + b - 1;
  let term = (1 - x) ** trials;
  let below = 0;
  for (let k = 0; k < a; k++) {
    below += term;
    term *= ((trials - k) / (k + 1)) * (x / (1 - x));
  }
  return 1 - below;
}

/** The greatest distance between the draws' distribution and the true one (Kolmogorov and Smirnov). */
function distance(draws: readonly number[], truth: (x: number) => number): number {
  const sorted = [...draws].sort((x, y) => x - y);
  return sorted.reduce((most, x, i) => {
    const at = truth(x);
    return Math.max(most, at - i / sorted.length, (i + 1) / sorted.length - at);
  }, 0);
}

const count = 20_000;
const drawsOf = (a: number, b: number) => {
  const draw = betaSampler(a, b);
  const source = random(1, "beta", `${a} ${b}`);
  return Array.from({ length: count }, () => draw(source));
};
// Exceeded about once in 3,000 times.
const limit = 2.1 / Math.sqrt(count);

test.each([
  [1, 1],
  [2, 5],
  [5, 2],
  [12, 30],
  [1, 40],
])("draws of Beta(%d, %d) follow its distribution", (a, b) => {
  expect(distance(drawsOf(a, b), (x) => distribution(a, b, x))).toBeLessThan(limit);
});

test.each([
  [0.5, 1, (x: number) => Math.sqrt(x)],
  [0.01, 1, (x: number) => x ** 0.01],
  [1, 0.2, (x: number) => 1 - (1 - x) ** 0.2],
  [0.5, 0.5, (x: number) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
])("draws of Beta(%d, %d), with shapes below 1, follow theirs", (a, b, truth) => {
  expect(distance(drawsOf(a, b), truth)).toBeLessThan(limit);
});

test("after much evidence draws are as narrow as they should be", () => {
  const [a, b] = [3000, 97_000];
  const draws = drawsOf(a, b);
  const { mean, error } = meanAndError(draws);
  expect(Math.abs(mean - 0.03)).toBeLessThan(4 * error);
  const variance = (0.03 * 0.97) / (a + b + 1);
  expect(Math.abs((error ** 2 * count) / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
});
