import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { directMethod, doublyRobust, ips, overlap, slateIps, snips } from "../../src/evaluate/index.js";
import { datasetFolder } from "../support/data.js";

const log = {
  rewards: [1, 0, 0, 1, 0],
  logged: [0.5, 0.25, 0.5, 0.2, 0.1],
  evaluated: [0.6, 0.1, 0.3, 0.5, 0.2],
};
const model = { predicted: [0.4, 0.2, 0.1, 0.5, 0.3], value: [0.3, 0.25, 0.2, 0.35, 0.3] };

describe("off-policy estimators (case H)", () => {
  test("every estimator", () => {
    expect(ips(log).mean).toBeCloseTo(0.74, 12);
    expect(ips(log, { largestWeight: 2 }).mean).toBeCloseTo(0.64, 12);
    expect(snips(log).mean).toBeCloseTo(0.552239, 6);
    expect(directMethod(model).mean).toBeCloseTo(0.28, 12);
    expect(doublyRobust(log, model).mean).toBeCloseTo(0.526, 12);
    expect(overlap(log).effectiveSampleSize).toBeCloseTo(3.676495, 6);
    expect(overlap(log)).toMatchObject({ largestWeight: 2.5, unsupported: 0 });
  });

  test("Switch-DR corrects only where the weight is small", () => {
    // The weight 2.5 of row 4 is left out: (2.5 - 1.25) / 5 less than without a bound.
    expect(doublyRobust(log, model, { largestWeight: 2 }).mean).toBeCloseTo(0.526 - (2.5 * 0.5) / 5, 12);
    expect(doublyRobust(log, model, { largestWeight: 0 }).mean).toBeCloseTo(0.28, 12);
  });

  test("a slate's places are weighed one by one and added up", () => {
    const slate = { rewards: [1, 1, 0, 1], logged: [0.5, 0.5, 0.5, 0.25], evaluated: [0.5, 0.25, 1, 0.5] };
    expect(slateIps(slate, 2).mean).toBeCloseTo((1.5 + 2) / 2, 12);
  });

  test("what could not have been logged is refused, and counted by the overlap", () => {
    const hole = { rewards: [1, 0], logged: [0, 0.5], evaluated: [0.5, 0.5] };
    expect(() => ips(hole)).toThrow(expect.objectContaining({ code: "no-support" }));
    expect(() => snips({ ...hole, logged: [1, 1], evaluated: [0, 0] })).toThrow(/every weight is 0/);
    expect(overlap(hole)).toMatchObject({ unsupported: 1, effectiveSampleSize: 1 });
  });

  test("bad input", () => {
    expect(() => ips({ ...log, logged: [0.5] })).toThrow(/5 rewards and 1 logged/);
    expect(() => ips({ ...log, evaluated: [2, 0, 0, 0, 0] })).toThrow(/evaluated\[0\] is 2/);
    expect(() => ips({ ...log, rewards: [Number.NaN, 0, 0, 0, 0] })).toThrow(/rewards\[0\] is NaN/);
    expect(() => slateIps(log, 2)).toThrow(/5 rows in slates of 2/);
    expect(() => ips(log, { largestWeight: -1 })).toThrow(/largestWeight is -1/);
  });

  test("in a world whose truth is known, intervals of all hold it; the direct method with a wrong model does not", () => {
    // Two actions paying 0.2 and 0.6; logged evenly; judged: the second with probability 0.9. Its value is 0.56.
    const source = random(11, "off-policy");
    const actions = Array.from({ length: 4000 }, () => source.integer(2));
    const world = {
      rewards: actions.map((action) => (source.uniform() < [0.2, 0.6][action]! ? 1 : 0)),
      logged: actions.map(() => 0.5),
      evaluated: actions.map((action) => [0.1, 0.9][action]!),
    };
    const wrong = { predicted: actions.map(() => 0.4), value: actions.map(() => 0.4) };
    for (const found of [ips(world), snips(world), doublyRobust(world, wrong)]) {
      expect(found.low).toBeLessThan(0.56);
      expect(found.high).toBeGreaterThan(0.56);
    }
    expect(directMethod(wrong).high).toBeCloseTo(0.4, 9);
  });
});

const folder = datasetFolder("obd-small");

test.skipIf(!folder)(
  "the value of a policy that was really run lies in the interval (Open Bandit Data, men)",
  () => {
    const read = (policy: string) =>
      gunzipSync(readFileSync(join(folder!, `${policy}_men.csv.gz`)))
        .toString()
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",").slice(1, 5).map(Number) as [number, number, number, number]);
    const [randomRows, sampledRows] = [read("random"), read("bts")];
    const positions = new Map<number, number>();
    const shown = new Map<string, number>();
    for (const [item, position] of sampledRows) {
      positions.set(position, (positions.get(position) ?? 0) + 1);
      shown.set(`${item} ${position}`, (shown.get(`${item} ${position}`) ?? 0) + 1);
    }
    const logged = {
      rewards: randomRows.map(([, , click]) => click),
      logged: randomRows.map((row) => row[3]),
      evaluated: randomRows.map(([item, at]) => (shown.get(`${item} ${at}`) ?? 0) / positions.get(at)!),
    };
    const found = snips(logged);
    const clickRate = sampledRows.filter(([, , click]) => click === 1).length / sampledRows.length;
    expect(clickRate).toBe(0.0069);
    expect(found.mean).toBeCloseTo(0.0057, 4);
    expect(found.low).toBeLessThan(clickRate);
    expect(found.high).toBeGreaterThan(clickRate);
    // The survey's dossier has [0.0032, 0.0086] and 2,890, without saying how it treats pairs never shown.
    expect(Math.abs(found.low - 0.0032)).toBeLessThan(0.0004);
    expect(Math.abs(found.high - 0.0086)).toBeLessThan(0.0004);
    expect(Math.abs(overlap(logged).effectiveSampleSize / 2890 - 1)).toBeLessThan(0.01);
  },
);
