import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ragged, row } from "../../../src/data/index.js";
import { attackNamed, attacks, drawTargets, inject } from "../../../src/guard/index.js";
import { fitItemKnn } from "../../../src/models/index.js";

const items = 40;
const worlds = fc.record({
  lists: fc.array(fc.array(fc.integer({ min: 1, max: items }), { minLength: 1, maxLength: 30 }), {
    minLength: 1,
    maxLength: 30,
  }),
  targets: fc.uniqueArray(fc.integer({ min: 1, max: items }), { minLength: 1, maxLength: 5 }),
  share: fc.double({ min: 0.001, max: 1, noNaN: true }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe.each(Object.entries(attacks))("every account of the attack %s", (_, attack) => {
  test("pushes its target twice among distinct fillers, and survives leave-one-out", () => {
    fc.assert(
      fc.property(worlds, ({ lists, targets, share, seed }) => {
        const sequences = ragged(lists, items + 1);
        const made = attack(sequences, { share, targets, seed });
        expect(made.sequences).toHaveLength(Math.max(1, Math.round(share * lists.length)));
        const longest = Math.max(6, ...lists.map((list) => list.length));
        made.sequences.forEach((ids, a) => {
          const target = targets[a % targets.length]!;
          expect(made.targets[a]).toBe(target);
          expect(ids.length).toBeGreaterThanOrEqual(6);
          expect(ids.length).toBeLessThanOrEqual(longest);
          const at = [...ids.keys()].filter((i) => ids[i] === target);
          expect(at).toEqual([Math.floor((ids.length - 1) / 2), ids.length - 3]);
          const fillers = [...ids].filter((item) => item !== target);
          expect(new Set(fillers).size).toBe(fillers.length);
          for (const item of fillers) {
            expect(item).toBeGreaterThanOrEqual(1);
            expect(item).toBeLessThanOrEqual(items);
            expect(targets).not.toContain(item);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  test("is the same for the same seed and another for another", () => {
    const lists = Array.from({ length: 50 }, (__, u) =>
      Array.from({ length: 8 }, (___, t) => 1 + ((u * 7 + t * 3) % 200)),
    );
    const sequences = ragged(lists, 201);
    const make = (seed: number) => attack(sequences, { share: 0.2, targets: [1, 2], seed }).sequences;
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
  });
});

describe("what sets the attacks apart", () => {
  const lists = Array.from({ length: 400 }, (_, u) =>
    // Four crowds with 50 items of their own, and two items that everybody has.
    [201, 202, ...Array.from({ length: 8 }, (__, t) => 1 + (u % 4) * 50 + ((u * 3 + t * 7) % 50))],
  );
  const sequences = ragged(lists, 203);
  const options = { share: 0.1, targets: [7], seed: 3 };
  const fillers = (name: keyof typeof attacks) =>
    attacks[name](sequences, options).sequences.flatMap((ids) => [...ids].filter((item) => item !== 7));

  test("bandwagon fills with the most frequent hundredth, then with anything", () => {
    const found = attacks.bandwagon(sequences, options).sequences;
    for (const ids of found) expect([...ids]).toEqual(expect.arrayContaining([201, 202]));
  });

  test("segment fills from the target's 50 nearest items", () => {
    const near = new Set(
      fitItemKnn(sequences, { neighbours: 50 })
        .similar(7, 50)
        .map(({ item }) => item),
    );
    expect(near.size).toBeGreaterThan(8);
    for (const item of fillers("segment")) expect(near).toContain(item);
  });

  test("random fills from everywhere", () => {
    expect(new Set(fillers("random")).size).toBeGreaterThan(100);
  });

  test("replay follows one genuine user in their order", () => {
    for (const ids of attacks.replay(sequences, options).sequences) {
      const copied = [...ids].filter((item) => item !== 7);
      const origin = lists.find((list) => {
        const wanted = list.filter((item) => item !== 7);
        return copied.every((item) => wanted.includes(item));
      });
      expect(origin, String(copied)).toBeDefined();
      const places = copied.map((item) => origin!.indexOf(item));
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });
});

describe("targets", () => {
  const sequences = ragged([...Array(6).fill([1, 2, 3, 4, 5, 6]), ...Array(30).fill([7, 8])], 10);

  test("are drawn among items with 5 to 10 events, each once", () => {
    const drawn = drawTargets(sequences, { seed: 1 });
    expect(new Set(drawn).size).toBe(5);
    for (const item of drawn) expect(item).toBeLessThanOrEqual(6);
  });

  test("asked for in vain are an error that says how many there are", () => {
    expect(() => drawTargets(sequences, { seed: 1, count: 7 })).toThrow(/6 items have 5 to 10 events/);
  });
});

test("attackers stand behind the genuine users", () => {
  const sequences = ragged([[1, 2, 3], [4]], 10);
  const made = attacks.random(sequences, { share: 0.5, targets: [5], seed: 1 });
  const all = inject(sequences, made);
  expect([...row(all, 0)]).toEqual([1, 2, 3]);
  expect([...row(all, 2)]).toEqual([...made.sequences[0]!]);
  expect(all.size).toBe(10);
});

describe("wrong input is refused by name", () => {
  const sequences = ragged([[1, 2, 3]], 10);
  const good = { share: 0.1, targets: [1], seed: 1 };
  test.each([
    [{ ...good, share: 0 }, /share is 0/],
    [{ ...good, share: Number.NaN }, /share is NaN/],
    [{ ...good, targets: [] }, /no targets/],
    [{ ...good, targets: [10] }, /the target 10 is no item/],
    [{ ...good, targets: [1, 2, 3, 4, 5, 6] }, /3 items are left as fillers/],
  ])("%j", (options, message) => {
    expect(() => attacks.random(sequences, options)).toThrow(message);
  });

  test("no users", () => {
    expect(() => attacks.random(ragged([], 10), good)).toThrow(/no users/);
  });

  test("names: the nearest is suggested, and DP and Rev say why they are not there", () => {
    expect(attackNamed("segment")).toBe(attacks.segment);
    expect(() => attackNamed("bandwagn")).toThrow(/did you mean "bandwagon"/);
    expect(() => attackNamed("DP")).toThrow(/surrogate model/);
    expect(() => attackNamed("rev")).toThrow(/does not give its equations/);
  });
});
