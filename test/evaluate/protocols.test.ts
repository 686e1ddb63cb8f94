import { describe, expect, test } from "vitest";
import { uniformNegatives } from "../../src/data/index.js";
import {
  checkSplit,
  checkTransitions,
  checkVocabulary,
  compareRankings,
  describeCandidates,
  evaluateRankings,
  frequentRows,
  gradesByUser,
  itemsByUser,
  leakCodes,
  raggedLists,
  refuse,
  sampleCandidates,
  sampledRanks,
  splitRows,
} from "../../src/evaluate/index.js";

const rows = { length: 8, users: [1, 1, 1, 1, 2, 2, 2, 2], times: [1, 2, 3, 4, 5, 6, 7, 8] };
const codes = (findings: { code: string; severity: string }[]) =>
  findings.map(({ code, severity }) => `${severity}: ${code}`);

describe("splits by protocol", () => {
  test("one by time is clean", () => {
    const found = splitRows({ kind: "temporal", fractions: [0.75, 0.25] }, rows);
    expect(found.parts.map((part) => [...part])).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7],
    ]);
    expect(found).toMatchObject({ label: "temporal 0.75/0.25", findings: [] });
  });

  test("a random one of timed rows warns, whatever it is called", () => {
    const found = splitRows({ kind: "random", fractions: [0.5, 0.5], seed: 3 }, rows);
    expect(codes(found.findings)).toEqual(["warning: random-split-on-timed-data"]);
    expect(found.label).toBe("random 0.5/0.5, seed 3");
    const untimed = splitRows({ kind: "random", fractions: [0.5, 0.5], seed: 3 }, { length: 8 });
    expect(untimed.findings).toEqual([]);
    // The same fault by a split of somebody's own.
    expect(codes(checkSplit({ parts: { train: [1, 2], test: [0] }, ...rows }))).toEqual([
      "warning: random-split-on-timed-data",
    ]);
  });

  test("leave-last leaks no user's own future, and says that others' is in training", () => {
    const found = splitRows({ kind: "leave-last", count: 1 }, rows);
    expect(found.parts.map((part) => [...part])).toEqual([
      [0, 1, 2, 4, 5, 6],
      [3, 7],
    ]);
    expect(codes(found.findings)).toEqual(["warning: future-in-training"]);
    expect(found.findings[0]).toMatchObject({ count: 3 });
  });

  test.each([
    { kind: "user-temporal", fractions: [0.5, 0.5] },
    { kind: "leave-random", count: 1, seed: 1 },
    { kind: "by-user", fractions: [0.5, 0.5], seed: 1 },
    { kind: "by-session", fractions: [0.5, 0.5] },
  ] as const)("$kind parts hold every row once", (protocol) => {
    const { parts } = splitRows(protocol, { ...rows, sessions: [1, 1, 2, 2, 3, 3, 4, 4] });
    expect(parts.flatMap((part) => [...part]).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const part of parts) expect(part.length).toBeGreaterThan(0);
  });

  test("bad input", () => {
    const typo = { kind: "temporel", fractions: [1] } as unknown as Parameters<typeof splitRows>[0];
    expect(() => splitRows(typo, rows)).toThrow(/no split "temporel"\n.*did you mean "temporal"/);
    expect(() => splitRows({ kind: "leave-last", count: 1 }, { length: 8 })).toThrow(
      /the rows have no users/,
    );
    expect(() => splitRows({ kind: "temporal", fractions: [1] }, { length: 8, times: [1] })).toThrow(
      /8 rows and 1 times/,
    );
  });
});

describe("leaks", () => {
  test("a row in two parts, and equal rows in two parts, are refused", () => {
    const shared = checkSplit({ parts: { train: [0, 1], test: [1, 2] } });
    expect(codes(shared)).toEqual(["refusal: rows-in-two-parts"]);
    expect(() => refuse(shared)).toThrow(expect.objectContaining({ code: "rows-in-two-parts" }));
    const columns = [
      [1, 1, 2],
      [5, 5, 5],
    ];
    const found = checkSplit({ parts: { train: [0], validation: [2], test: [1] }, columns });
    expect(found).toMatchObject([{ code: "duplicates-across-splits", count: 1, severity: "refusal" }]);
    expect(checkSplit({ parts: { train: [0], test: [2] }, columns })).toEqual([]);
  });

  test("a vocabulary fitted on the test is refused, one fitted on training is not", () => {
    const [train, held] = [
      ["a", "b"],
      ["b", "c"],
    ];
    expect(checkVocabulary("genre", ["a", "b"], train, held)).toEqual([]);
    const found = checkVocabulary("genre", ["a", "b", "c"], train, held);
    expect(() => refuse(found)).toThrow(/vocabulary of genre knows 1 tokens .* "c"/);
  });

  test("a transition table counted on whole sequences is refused", () => {
    const whole = [
      [1, 2, 3],
      [2, 3, 4],
      [4, 1, 2],
    ];
    const train = raggedLists(whole.map((sequence) => sequence.slice(0, -1)));
    const targets = whole.map((sequence) => sequence.at(-1)!);
    const table = (sequences: number[][]) => {
      const steps = new Set(sequences.flatMap((ids) => ids.slice(1).map((to, i) => `${ids[i]} ${to}`)));
      return (from: number, to: number) => steps.has(`${from} ${to}`);
    };
    expect(checkTransitions(table(whole.map((ids) => ids.slice(0, -1))), train, targets)).toEqual([]);
    // Steps 2-3 and 1-2 are taken in training too; 3-4 is not.
    const found = checkTransitions(table(whole), train, targets);
    expect(found).toMatchObject([{ code: "test-in-transitions", severity: "refusal", count: 1 }]);
  });

  test("warnings pass and are handed back; every code is documented", () => {
    const { findings } = splitRows({ kind: "leave-last", count: 1 }, rows);
    expect(refuse(findings)).toEqual(findings);
    for (const text of Object.values(leakCodes)) expect(text.length).toBeGreaterThan(20);
  });
});

describe("sampled ranking", () => {
  const known = raggedLists(Array.from({ length: 50 }, (_, user) => [1 + (user % 10)]));
  const targets = Int32Array.from({ length: 50 }, (_, user) => 11 + (user % 10));
  const sampled = sampleCandidates(targets, known, {
    count: 20,
    sampler: uniformNegatives(40),
    law: "uniform",
    seed: 1,
  });

  test("the target first, then different items the user does not know", () => {
    for (let user = 0; user < 50; user++) {
      const row = [...sampled.candidates.subarray(user * 21, (user + 1) * 21)];
      expect(row[0]).toBe(targets[user]);
      expect(new Set(row).size).toBe(21);
      expect(row).not.toContain(1 + (user % 10));
    }
    expect(describeCandidates(sampled.label)).toBe("20 sampled negatives (uniform, seed 1)");
  });

  test("ranks count ties half and refuse NaN", () => {
    expect([...sampledRanks([2, 3, 1, 5, 5, 5], 3)]).toEqual([2, 2]);
    expect(() => sampledRanks([1, Number.NaN], 2)).toThrow(/row 0 .*NaN/);
    expect(() => sampledRanks([1, 2, 3], 2)).toThrow(/3 scores in rows of 2/);
  });

  test("sampled figures are never compared with full ones, and warn among themselves", () => {
    const lists = raggedLists([[1], [2], [3]]);
    const truth = raggedLists([[1], [1], [3]]);
    const full = evaluateRankings(lists, truth);
    const some = evaluateRankings(lists, truth, { candidates: sampled.label });
    expect(() => compareRankings({ full, some }, "ndcg@10", { baseline: "full" })).toThrow(
      expect.objectContaining({ code: "sampled-compared-with-full" }),
    );
    expect(compareRankings({ a: full, b: full }, "ndcg@10", { baseline: "a" }).warnings).toEqual([]);
    const both = compareRankings({ a: some, b: some }, "ndcg@10", { baseline: "a" });
    expect(codes(both.warnings)).toEqual(["warning: sampled-metrics"]);
    expect(both.comparisons[0]).toMatchObject({ p: 1, significant: false });
    expect(() => compareRankings({ full }, "ndcg@5", { baseline: "full" })).toThrow(
      /no column "ndcg@5"\n.*ndcg@10/,
    );
  });
});

describe("before and after a split", () => {
  test("rare users and items go until none is left", () => {
    // Item 9 is rare; without it user 3 is.
    const found = frequentRows([1, 1, 2, 2, 3, 3], [7, 8, 7, 8, 7, 9], { user: 2, item: 2 });
    expect([...found.rows]).toEqual([0, 1, 2, 3]);
    expect(found).toMatchObject({
      users: 2,
      items: 2,
      label: "users with at least 2 rows, items with at least 2 rows",
    });
    expect(() => frequentRows([1], [1], { user: -1 })).toThrow(/user is -1/);
  });

  test("rows become lists and graded truths of users", () => {
    const [user, item] = [
      [0, 2, 0],
      [5, 6, 7],
    ];
    expect(itemsByUser(user, item, Int32Array.of(0, 1, 2), 3)).toMatchObject(raggedLists([[5, 7], [], [6]]));
    expect([...gradesByUser(user, item, Int32Array.of(2, 0), 3, (row) => row).grades]).toEqual([2, 0]);
    expect(() => itemsByUser(user, item, Int32Array.of(1), 2)).toThrow(/row 1 is of user 2/);
  });
});
