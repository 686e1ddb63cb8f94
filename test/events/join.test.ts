import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  correctedTime,
  type Feedback,
  type HeedEvent,
  joinOutcomes,
  outcomeJoin,
  type TimedEvent,
} from "../../src/events/index.js";
import { sampleEvent, second } from "../../src/testing/index.js";

const window = 60_000;

const timed = (event: HeedEvent): TimedEvent => ({ at: correctedTime(event), event });
const shown = (slate: string, items: string[], at: number, received = at) =>
  timed(
    sampleEvent({
      action: "impression",
      slate,
      items: items.map((item, i) => ({ item, position: i + 1, propensity: 0.5 })),
      time: second(at),
      received: second(received),
    }),
  );
const click = (slate: string, item: string, at: number, received = at, id = `${slate}-${item}-${at}`) =>
  timed(sampleEvent({ id, action: "click", slate, item, time: second(at), received: second(received) }));

const summary = (feedback: readonly Feedback[]) =>
  feedback.map(({ kind, outcome }) => [kind, outcome.event.id]).sort();

describe("outcomes", () => {
  test("join the exposure they name, with the place at which the item was shown", () => {
    const exposure = shown("s", ["x", "y"], 0);
    const outcome = click("s", "y", 5);
    expect(joinOutcomes([exposure, outcome], { window })).toEqual([
      { kind: "joined", exposure, outcome, shown: { item: "y", position: 2, propensity: 0.5 } },
    ]);
  });

  test.each([
    ["within the window", click("s", "x", 60), "joined"],
    ["after the window", click("s", "x", 61), "outside-window"],
    ["a little before it, by another clock", click("s", "x", -5), "joined"],
    ["long before it", click("s", "x", -6), "outside-window"],
    ["to an item that was not shown", click("s", "z", 1), "not-shown"],
    ["to a slate nobody logged", click("gone", "x", 1), "lost-slate"],
  ])("%s", (_, outcome, kind) => {
    for (const entries of [
      [shown("s", ["x"], 0), outcome],
      [outcome, shown("s", ["x"], 0)],
    ])
      expect(joinOutcomes(entries, { window }).map((feedback) => feedback.kind)).toEqual([kind]);
  });

  test("of another project never join, and events without a slate are no feedback", () => {
    const elsewhere = timed(
      sampleEvent({ project: "q", action: "click", slate: "s", item: "x", time: second(1) }),
    );
    const loose = timed(sampleEvent({ action: "click", item: "x", time: second(1) }));
    expect(summary(joinOutcomes([shown("s", ["x"], 0), elsewhere, loose], { window }))).toEqual([
      ["lost-slate", elsewhere.event.id],
    ]);
  });

  test("count for the first place of an item shown twice, and for the first of two impressions", () => {
    const [feedback] = joinOutcomes(
      [shown("s", ["x", "x"], 0), shown("s", ["y", "x"], 1), click("s", "x", 2)],
      {
        window,
      },
    );
    expect(feedback).toMatchObject({ kind: "joined", shown: { position: 1 }, exposure: { at: second(0) } });
  });

  test("give the same answers in whatever order everything arrives", () => {
    const entries = [
      shown("s", ["x", "y"], 0),
      shown("t", ["x"], 30),
      click("s", "x", 5),
      click("s", "y", 70),
      click("t", "x", 31),
      click("t", "y", 32),
      click("gone", "x", 3),
    ];
    const expected = summary(joinOutcomes(entries, { window }));
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
        expect(summary(joinOutcomes(shuffled, { window }))).toEqual(expected);
      }),
    );
  });
});

describe("the streaming join", () => {
  test("gives what the whole gives, when nothing is later than its patience", () => {
    const arrivals = fc.array(
      fc.record({
        slate: fc.integer({ min: 0, max: 5 }),
        isExposure: fc.boolean(),
        at: fc.integer({ min: 0, max: 100 }),
        delay: fc.integer({ min: 0, max: 20 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(arrivals, (made) => {
        const slates = new Set<number>();
        const entries = made
          .map(({ slate, isExposure, at, delay }, i) => {
            const first = isExposure && !slates.has(slate);
            if (first) slates.add(slate);
            return first
              ? shown(`s${slate}`, ["x"], at, at + delay)
              : click(`s${slate}`, "x", at, at + delay, `click-${i}`);
          })
          .sort((a, b) => a.event.received.localeCompare(b.event.received));
        const join = outcomeJoin({ window: 500_000, patience: 121_000 });
        const streamed = [...entries.flatMap((entry) => join.push(entry)), ...join.close()];
        expect(summary(streamed)).toEqual(summary(joinOutcomes(entries, { window: 500_000 })));
      }),
    );
  });

  test("waits for a late exposure, and then gives its slate up for lost", () => {
    const join = outcomeJoin({ window, patience: 10_000 });
    expect(join.push(click("s", "x", 1))).toEqual([]);
    expect(join.push(click("t", "x", 2))).toEqual([]);
    expect(join.waiting).toBe(2);
    expect(summary(join.push(shown("s", ["x"], 0, 9)))).toEqual([["joined", "s-x-1"]]);
    expect(summary(join.push(click("u", "x", 13)))).toEqual([["lost-slate", "t-x-2"]]);
    expect(join.waiting).toBe(1);
  });

  test("holds no more than its limit", () => {
    const join = outcomeJoin({ window, patience: 1e9, limit: 10 });
    for (let i = 0; i < 100; i++) join.push(shown(`s${i}`, ["x"], i));
    const lost = Array.from({ length: 100 }, (_, i) => join.push(click(`lost${i}`, "x", i))).flat();
    expect(join.exposures).toBeLessThanOrEqual(11);
    expect(join.waiting).toBeLessThanOrEqual(10);
    expect(lost.length + join.waiting).toBe(100);
  });
});
