import fc from "fast-check";
import { expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { topAccepted, topScores } from "../../src/decide/index.js";

const scores = fc.array(
  fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.double(),
    fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
  ),
);

test("a partial selection gives what a full sort gives, with ties by id", () => {
  fc.assert(
    fc.property(scores, fc.nat(20), fc.integer({ min: 1, max: 3 }), (values, limit, every) => {
      const accept = (id: number) => id % every === 0;
      const sorted = values
        .map((_, id) => id)
        .filter((id) => values[id]! > Number.NEGATIVE_INFINITY && accept(id))
        .sort((a, b) => (values[a]! > values[b]! ? -1 : values[a]! < values[b]! ? 1 : a - b))
        .slice(0, limit);
      expect([...topScores(values, limit, accept)]).toEqual(sorted);
    }),
    { numRuns: 1000 },
  );
});

test("a long list gives what a full sort gives too, whatever its order", () => {
  const shapes = fc.constantFrom<(draw: number, i: number) => number>(
    (draw) => draw,
    (_, i) => i,
    (_, i) => -i,
    (draw) => Math.floor(draw * 4),
    (draw, i) => (i % 8 === 0 ? Number.NaN : draw),
    (draw, i) => (i % 16 === 0 ? 1 + draw : draw),
    (draw) => (draw < 0.9 ? Number.NEGATIVE_INFINITY : draw),
    () => Number.NaN,
  );
  fc.assert(
    fc.property(
      shapes,
      fc.nat(),
      fc.integer({ min: 1000, max: 4000 }),
      fc.nat(400),
      (shape, seed, length, limit) => {
        const draw = random(seed, "top");
        const values = Float32Array.from({ length }, (_, i) => shape(draw.uniform(), i));
        const sorted = Array.from(values, (_, id) => id)
          .filter((id) => values[id]! > Number.NEGATIVE_INFINITY)
          .sort((a, b) => values[b]! - values[a]! || a - b)
          .slice(0, limit);
        expect([...topScores(values, limit)]).toEqual(sorted);
      },
    ),
  );
});

test("rules are asked of few: only of what would get in", () => {
  let asked = 0;
  const rising = Float64Array.from({ length: 10_000 }, (_, i) => -i);
  topScores(rising, 10, () => {
    asked++;
    return true;
  });
  expect(asked).toBe(10);
});

test("judging only the best few first changes nothing, however many of them are refused", () => {
  fc.assert(
    fc.property(
      scores,
      fc.nat(20),
      fc.nat(8),
      fc.integer({ min: 1, max: 5 }),
      (values, limit, spare, every) => {
        const accept = (id: number) => id % every === 0;
        expect(topAccepted(values, limit, spare, accept)).toEqual(topScores(values, limit, accept));
      },
    ),
    { numRuns: 1000 },
  );
});
