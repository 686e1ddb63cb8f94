import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combinationAt, combinationRound } from "../../src/features/combinations.js";
import { codeCells, countSketch, distinctSketch, maxRelevance } from "../../src/features/index.js";
import { columnProfiler } from "../../src/features/profile.js";
import { median, scaled, scoreLog } from "../../src/features/score-log.js";
import { xxHash32 } from "../../src/features/xxhash.js";

describe("xxHash32", () => {
  // Published test vectors of the algorithm.
  test.each([
    ["", 0, 0x02cc5d05],
    ["a", 0, 0x550d7456],
    ["abc", 0, 0x32d153ff],
    ["Nobody inspects the spammish repetition", 0, 0xe2293b2f],
    ["", 0x9e3779b1, 0x36b78ae7],
  ])("of %j with seed %d", (text, seed, hash) => {
    expect(xxHash32(new TextEncoder().encode(text), seed)).toBe(hash);
  });
});

describe("the sketch of different values", () => {
  test.each([0, 1, 1_000, 100_000])("counts %d of them within 1 %%, whatever repeats", (count) => {
    const sketch = distinctSketch();
    for (let i = 0; i < count; i++) sketch.add(`value ${i}`);
    for (let i = 0; i < count; i += 7) sketch.add(`value ${i}`);
    expect(Math.abs(sketch.estimate() - count)).toBeLessThanOrEqual(0.01 * count);
  });

  test("keeps to its error of 2 % where most registers are full", { timeout: 60_000 }, () => {
    const sketch = distinctSketch();
    for (let i = 0; i < 2_000_000; i++) sketch.add(String(i));
    expect(Math.abs(sketch.estimate() / 2_000_000 - 1)).toBeLessThan(0.02);
  });
});

test("the sketch of counts is never too low, and right for what is frequent", () => {
  const sketch = countSketch();
  for (let i = 0; i < 50_000; i++) sketch.add(`value ${i % 5_000}`, 1);
  sketch.add("often", 10_000);
  for (let i = 0; i < 5_000; i += 97) expect(sketch.estimate(`value ${i}`)).toBeGreaterThanOrEqual(10);
  expect(sketch.estimate("often")).toBeLessThanOrEqual(10_000 + 60_000 * (2 / 2 ** 15));
  expect(sketch.estimate("never")).toBeLessThanOrEqual(60_000 * (2 / 2 ** 15));
});

describe("combinations", () => {
  test("are numbered without gap or repeat, those of fewer places first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 4, max: 9 }), (k, n) => {
        const all: string[] = [];
        for (let i = 0; ; i++) {
          const places = combinationAt(i, k);
          expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
          if (places.at(-1)! >= n) break;
          all.push(places.join());
        }
        let ways = 1;
        for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
        expect(new Set(all).size).toBe(ways);
        expect(all).toHaveLength(ways);
      }),
    );
  });

  test("a round gives those given least often first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 1, max: 30 }), (places, perTurn) => {
        const round = combinationRound(2, 3, perTurn);
        const times = new Map<string, number>();
        for (let turn = 0; turn < 12; turn++) {
          for (const chosen of round.next(places))
            times.set(chosen.join(), (times.get(chosen.join()) ?? 0) + 1);
          const counts = [...times.values()];
          const all = (places * (places - 1)) / 2 + (places * (places - 1) * (places - 2)) / 6;
          if (times.size < all) expect(Math.max(...counts)).toBe(1);
          else expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("scores over batches", () => {
  test("are the median, the greatest and how many there were", () => {
    const log = scoreLog(1);
    for (const score of [3, 1, 2]) log.add("a", score);
    log.add("b", 5);
    expect([...log.all()]).toEqual([
      ["a", { score: 2, max: 3, times: 3 }],
      ["b", { score: 5, max: 5, times: 1 }],
    ]);
  });

  test("of very many batches are a sample, whose median is near", () => {
    const log = scoreLog(1);
    for (let i = 0; i < 20_000; i++) log.add("a", i);
    const { score, max, times } = log.all().get("a")!;
    expect([max, times]).toEqual([19_999, 20_000]);
    expect(Math.abs(score - 10_000)).toBeLessThan(1_500);
  });

  test("median and scale", () => {
    expect([median([4, 1, 3, 2]), median([7])]).toEqual([2.5, 7]);
    expect(scaled([2, 4, 3])).toEqual([0, 1, 0.5]);
    expect(scaled([1, 1])).toEqual([0, 0]);
  });
});

describe("most relevance, least redundancy, most relation", () => {
  const relevance = [
    { feature: "a", score: 10 },
    { feature: "copy of a", score: 9 },
    { feature: "b", score: 5 },
    { feature: "c", score: 0 },
  ];
  const redundancy = [
    { a: "a", b: "copy of a", score: 8 },
    { a: "a", b: "b", score: 0 },
  ];

  test("puts what adds before what repeats, by the figures of the definition", () => {
    const order = maxRelevance(relevance, redundancy, []);
    // "copy of a" is worth 0.9 - 1, then after "b" 0.9 - the median of 1 and 0.
    expect(order.map(({ feature }) => feature)).toEqual(["a", "b", "copy of a", "c"]);
    expect(order.map(({ value }) => value)).toEqual([1, 0.5, expect.closeTo(0.4, 12), 0]);
  });

  test("a relation lifts what tells something together", () => {
    const relation = [
      { a: "c", b: "a", score: 3 },
      { a: "a", b: "b", score: 0 },
    ];
    expect(maxRelevance(relevance, redundancy, relation)[1]!.feature).toBe("c");
    expect(maxRelevance(relevance, redundancy, relation, { beta: 0 })[1]!.feature).toBe("b");
    expect(maxRelevance(relevance, redundancy, relation, { alpha: 0, beta: 0 })[1]!.feature).toBe(
      "copy of a",
    );
  });
});

describe("a column's profile", () => {
  const profile = (...batches: (string | null)[][]) => {
    const profiler = columnProfiler();
    for (const cells of batches) profiler.add(codeCells(cells));
    const rows = batches.reduce((total, cells) => total + cells.length, 0);
    return profiler.finish("x", rows, 1, profiler.characters);
  };

  test("says what is missing, different, rare and most frequent", () => {
    expect(profile(["1", "2", null], ["2", "", "2"])).toEqual({
      column: "x",
      missing: 1,
      cardinality: 4,
      exact: true,
      rare: 3,
      top: { value: "2", share: 0.5 },
      memoryShare: 1,
    });
    expect(profile(["1", null, "4"], ["4"]).numbers).toEqual({ least: 1, most: 4, mean: 3 });
  });

  test("estimates what is beyond its exact set, and finds a value that becomes frequent late", {
    timeout: 60_000,
  }, () => {
    const batches = Array.from({ length: 6 }, (_, b) =>
      Array.from({ length: 100_000 }, (_, i) => (b === 5 && i % 2 === 0 ? "late" : `v${b}/${i}`)),
    );
    const { cardinality, exact, top } = profile(...batches);
    expect(exact).toBe(false);
    expect(Math.abs(cardinality / 550_001 - 1)).toBeLessThan(0.02);
    expect(top.value).toBe("late");
    expect(top.share).toBeCloseTo(50_000 / 600_000, 2);
  });
});
