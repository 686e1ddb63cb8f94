import { describe, expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { judgeChallenger, type PairedMetric } from "../../src/decide/index.js";

/** Paired values of users whose mean difference is planted. */
function paired(users: number, difference: number, spread = 0.1): PairedMetric {
  const source = random(1, "champion", users);
  const champion = Array.from({ length: users }, () => source.uniform());
  return { champion, challenger: champion.map((value) => value + difference + spread * source.normal()) };
}

describe("a refresh of the same configuration", () => {
  const judge = (all: PairedMetric) => judgeChallenger({ sameConfiguration: true, all });
  test("serves when it is no different", () => expect(judge(paired(500, 0)).serves).toBe("challenger"));
  test("serves when it is a little worse, as chance may have it", () =>
    expect(judge(paired(500, -0.002)).serves).toBe("challenger"));
  test("does not serve when it is significantly worse", () => {
    const verdict = judge(paired(500, -0.05));
    expect(verdict.serves).toBe("champion");
    expect(verdict.interval!.high).toBeLessThan(0);
    expect(verdict.reason).toMatch(
      /^the refresh does not serve: it is significantly worse \(difference -0\.0/,
    );
  });
  test("serves when there are too few users to tell", () => {
    const verdict = judge(paired(20, -0.5));
    expect(verdict).toMatchObject({ serves: "challenger", users: 20 });
    expect(verdict.reason).toContain("too few to judge (100 needed)");
  });
});

describe("a different configuration", () => {
  const judge = (all: PairedMetric, randomised?: PairedMetric) =>
    judgeChallenger({ sameConfiguration: false, all, randomised });
  test("does not serve when it is no different", () => {
    const verdict = judge(paired(500, 0));
    expect(verdict.serves).toBe("champion");
    expect(verdict.reason).toContain("the champion stays: the challenger is not significantly different");
  });
  test("serves when it is significantly better", () => {
    const verdict = judge(paired(500, 0.05));
    expect(verdict.serves).toBe("challenger");
    expect(verdict.interval!.low).toBeGreaterThan(0);
    expect(verdict.reason).toContain("500 users)");
  });
  test("does not serve when there are too few users to tell", () =>
    expect(judge(paired(20, 0.5)).serves).toBe("champion"));
  test("is judged on randomised traffic where there is enough", () => {
    const verdict = judge(paired(500, 0.05), paired(200, -0.05));
    expect(verdict).toMatchObject({ serves: "champion", judgedOn: "randomised", users: 200 });
    expect(verdict.reason).toContain("200 users of randomised traffic");
    expect(judge(paired(500, 0.05), paired(20, -0.05))).toMatchObject({
      serves: "challenger",
      judgedOn: "all",
    });
  });
});

test("is wrongly replaced about as often as a 95 % interval says: at most 5 % of the time on each side", () => {
  const runs = 400;
  let replaced = 0;
  for (let seed = 0; seed < runs; seed++) {
    const source = random(seed, "null");
    const champion = Array.from({ length: 150 }, () => source.normal());
    const challenger = champion.map((value) => value + source.normal());
    const { serves } = judgeChallenger({
      sameConfiguration: false,
      all: { champion, challenger },
      resamples: 300,
    });
    if (serves === "challenger") replaced++;
  }
  expect(replaced / runs).toBeLessThan(0.05);
  expect(replaced).toBeGreaterThan(0);
});

test.each<[string, PairedMetric, string]>([
  [
    "of different lengths",
    { champion: [1, 2], challenger: [1] },
    "2 values of the champion, 1 of the challenger",
  ],
  ["that are no numbers", { champion: [1], challenger: [Number.NaN] }, "user 0"],
])("refuses values %s", (_, all, message) => {
  expect(() => judgeChallenger({ sameConfiguration: true, all })).toThrow(message);
});
