import fc from "fast-check";
import { expect, test } from "vitest";
import { openLikeness } from "../../../src/serve/runtime/likeness.js";

const items = ["", "a", "b", "c", "d"];
const place = (item: string) => items.indexOf(item);
const none = () => true;

/** a is like b (0.9) and c (0.5); b like c (0.7); c like a (0.2) and b (0.1); d like nothing. */
const likeness = openLikeness({
  items,
  place,
  dim: 2,
  ids: Float32Array.of(0, 0, 2, 3, 3, 0, 1, 2, 0, 0),
  similarities: Float32Array.of(0, 0, 0.9, 0.5, 0.7, 0, 0.2, 0.1, 0, 0),
});

test("similarities add up over the past, and the strongest of it is the reason", () => {
  const [first, second, ...more] = likeness.alike(["a", "b"], 10, none);
  expect(more).toEqual([]);
  expect(first).toMatchObject({ item: "c", because: "b" });
  expect(first!.score).toBeCloseTo(1.2, 6);
  expect(second).toMatchObject({ item: "b", because: "a" });
  expect(second!.score).toBeCloseTo(0.9, 6);
});

test("one question leaves nothing behind for the next", () => {
  const once = likeness.alike(["a"], 10, none);
  likeness.alike(["b", "c"], 10, none);
  likeness.reasons(["a", "b", "c"], ["a", "b", "c", "d"]);
  expect(likeness.alike(["a"], 10, none)).toEqual(once);
});

test("only what is accepted counts towards the limit; unknown items of a past say nothing", () => {
  expect(likeness.alike(["a", "zzz"], 1, (list, at) => list[at] !== "b").map(({ item }) => item)).toEqual([
    "c",
  ]);
  expect(likeness.alike(["zzz", "d"], 5, none)).toEqual([]);
});

test("the reason for an item is the past's nearest; where there is none it is left open", () => {
  expect(likeness.reasons(["c", "a", "b"], ["c", "b", "a", "d", "zzz"])).toEqual([
    "b",
    "a",
    "c",
    undefined,
    undefined,
  ]);
});

test("it agrees with adding up in a map, for any neighbours and any past", () => {
  const rows = fc.array(
    fc.array(fc.record({ id: fc.integer({ min: 1, max: 9 }), s: fc.integer({ min: 1, max: 50 }) }), {
      maxLength: 4,
    }),
    { minLength: 9, maxLength: 9 },
  );
  fc.assert(
    fc.property(rows, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }), (neighbours, past) => {
      const names = Array.from({ length: 10 }, (_, i) => (i === 0 ? "" : `i${i}`));
      const ids = new Float32Array(40);
      const similarities = new Float32Array(40);
      neighbours.forEach((list, i) => {
        list.forEach(({ id, s }, k) => {
          ids[(i + 1) * 4 + k] = id;
          similarities[(i + 1) * 4 + k] = s;
        });
      });
      const open = openLikeness({
        items: names,
        place: (item) => names.indexOf(item),
        dim: 4,
        ids,
        similarities,
      });
      const sums = new Map<string, number>();
      for (const item of new Set(past))
        for (const { id, s } of neighbours[item - 1]!) sums.set(`i${id}`, (sums.get(`i${id}`) ?? 0) + s);
      const found = open.alike(
        past.map((id) => `i${id}`),
        100,
        none,
      );
      expect(new Map(found.map(({ item, score }) => [item, score]))).toEqual(sums);
      expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
    }),
  );
});
