import { describe, expect, test } from "vitest";
import { leaveOneOut, ragged } from "../../../src/data/index.js";
import { epochSamples, type Prefixes, prefixesOf } from "../../../src/models/sequential/prefixes.js";
import { bySameTarget } from "../../../src/models/sequential/same-target.js";

const all = (prefixes: Prefixes) =>
  Array.from(
    { length: prefixes.size },
    (_, sample) => [[...prefixes.input(sample)], prefixes.target(sample)] as const,
  );

/** What training sees of raw sequences: their last two items are held out. */
const trained = (...raw: number[][]) => leaveOneOut(ragged(raw)).train;

describe("prefixes", () => {
  test("of six items, the last two held out, are three samples", () => {
    expect(all(prefixesOf(trained([1, 2, 3, 4, 5, 6]), 50))).toEqual([
      [[1], 2],
      [[1, 2], 3],
      [[1, 2, 3], 4],
    ]);
  });

  test("of nine items in windows of four: three that grow, then three that slide", () => {
    expect(all(prefixesOf(trained([1, 2, 3, 4, 5, 6, 7, 8, 9]), 4))).toEqual([
      [[1], 2],
      [[1, 2], 3],
      [[1, 2, 3], 4],
      [[1, 2, 3, 4], 5],
      [[2, 3, 4, 5], 6],
      [[3, 4, 5, 6], 7],
    ]);
  });

  test("never have an item that validates or tests as a target", () => {
    const raw = [
      [1, 2, 3, 8, 9],
      [3, 1, 8, 9],
      [2, 1, 2, 1, 9, 8],
    ];
    const targets = all(prefixesOf(trained(...raw), 3)).map(([, target]) => target);
    expect(targets).toEqual([2, 3, 1, 1, 2, 1]);
  });

  test("there are none of sequences of one item or of nothing, and a length that is no count is refused", () => {
    expect(prefixesOf(ragged([[1], [], [5]]), 4).size).toBe(0);
    expect(() => prefixesOf(ragged([[1, 2]]), 0)).toThrow(/length is 0/);
  });
});

describe("the samples of an epoch", () => {
  const prefixes = prefixesOf(ragged([[1, 2, 3, 4, 5, 6, 7, 8], [1, 2], [4], [3, 2, 1]]), 50);

  test("are all of them, or at most so many of each sequence with its longest input among them", () => {
    expect([...epochSamples(prefixes, { seed: 1, epoch: 1 })]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const seen = new Set<number>();
    for (let epoch = 1; epoch <= 40; epoch++) {
      const chosen = [...epochSamples(prefixes, { most: 3, seed: 1, epoch })];
      expect(chosen.filter((sample) => sample < 7)).toHaveLength(3);
      expect(chosen.slice(2)).toEqual([6, 7, 8, 9]);
      expect(new Set(chosen).size).toBe(chosen.length);
      for (const sample of chosen) seen.add(sample);
    }
    expect(seen.size).toBe(10);
  });

  test("are the same for the same epoch, and differ from epoch to epoch", () => {
    const of = (epoch: number) => epochSamples(prefixes, { most: 3, seed: 7, epoch }).join();
    expect(of(2)).toBe(of(2));
    expect(new Set([1, 2, 3, 4, 5, 6].map(of)).size).toBeGreaterThan(1);
    expect(() => epochSamples(prefixes, { most: 0, seed: 1, epoch: 1 })).toThrow(/0 samples a sequence/);
  });
});

describe("the partner of a sample", () => {
  // Targets 9 after [1], [2], [2], [3]; 8 after [1] twice; 7 after [4].
  const prefixes = prefixesOf(
    ragged([
      [1, 9],
      [2, 9],
      [2, 9],
      [3, 9],
      [1, 8],
      [1, 8],
      [4, 7],
    ]),
    5,
  );
  const pairs = bySameTarget(prefixes);
  const samples = Int32Array.of(0, 1, 2, 3, 4, 5, 6);

  test("has the same target and another input, any of them with equal chance; else it is the sample itself", () => {
    const counts = new Map<string, number>();
    const epochs = 3000;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      pairs.partners(samples, { pairing: "uniform", seed: 1, epoch }).forEach((partner, i) => {
        const key = `${i}-${partner}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      });
    }
    const wanted: Record<number, number[]> = {
      0: [1, 2, 3],
      1: [0, 3],
      2: [0, 3],
      3: [0, 1, 2],
      4: [4],
      5: [5],
      6: [6],
    };
    for (const [sample, partners] of Object.entries(wanted)) {
      for (const partner of partners) {
        const share = (counts.get(`${sample}-${partner}`) ?? 0) / epochs;
        expect(Math.abs(share - 1 / partners.length), `${sample}-${partner}`).toBeLessThan(0.04);
      }
    }
    expect(counts.size).toBe(Object.values(wanted).flat().length);
  });

  test("is the last that differs, where that is asked for", () => {
    const partners = pairs.partners(samples, { pairing: "last", seed: 1, epoch: 1 });
    expect([...partners]).toEqual([3, 3, 3, 2, 4, 5, 6]);
  });

  test("is itself where all sequences are the same", () => {
    const same = prefixesOf(
      ragged([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ]),
      5,
    );
    const own = Int32Array.from({ length: same.size }, (_, i) => i);
    for (const pairing of ["uniform", "last"] as const)
      expect([...bySameTarget(same).partners(own, { pairing, seed: 1, epoch: 1 })]).toEqual([...own]);
  });
});
