import fc from "fast-check";
import { expect, test } from "vitest";
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
