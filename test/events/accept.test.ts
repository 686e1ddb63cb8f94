import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  acceptEvents,
  contextBytes,
  contextDepth,
  correctedTime,
  incomingEventSchema,
} from "../../src/events/index.js";

const now = Date.parse("2026-05-04T10:00:00Z");

function accept(bodies: readonly unknown[], options: { sent?: number } = {}) {
  let made = 0;
  return acceptEvents(bodies, { project: "p", now, newId: () => `made-${++made}`, ...options });
}

function rejectionOf(body: unknown) {
  const { events, rejected } = accept([body]);
  expect(events).toEqual([]);
  expect(rejected).toHaveLength(1);
  return rejected[0]!;
}

const click = { user: "u", action: "click" };

describe("an accepted event", () => {
  test("gets an id, its project, and its times in UTC", () => {
    const { events } = accept([
      { id: "mine", user: "u", action: "click", time: "2026-05-04T11:30:00.5+02:00" },
      click,
    ]);
    expect(events).toEqual([
      {
        id: "mine",
        user: "u",
        action: "click",
        project: "p",
        time: "2026-05-04T09:30:00.500Z",
        received: "2026-05-04T10:00:00.000Z",
      },
      {
        id: "made-1",
        user: "u",
        action: "click",
        project: "p",
        time: "2026-05-04T10:00:00.000Z",
        received: "2026-05-04T10:00:00.000Z",
      },
    ]);
  });

  test("keeps every field, and an action nobody has heard of", () => {
    const body = {
      id: "e",
      time: "2026-05-04T09:00:00.000Z",
      user: "u",
      session: "s",
      action: "pirouette",
      item: "i",
      surface: "home",
      slate: "r",
      query: "red boots",
      value: 1.5,
      model: "m",
      items: [{ item: "i", position: 1, propensity: 0.25 }],
      context: { device: "phone", list: [1, null, { deep: true }] },
    };
    const { events, rejected } = accept([body]);
    expect(rejected).toEqual([]);
    expect(events[0]).toEqual({ ...body, project: "p", received: "2026-05-04T10:00:00.000Z" });
  });

  test("leaves the rest of the batch when one is refused, and says which", () => {
    const { events, indices, rejected } = accept([click, { user: "u" }, 7, { ...click, item: "i" }]);
    expect(events.map(({ item }) => item)).toEqual([undefined, "i"]);
    expect(indices).toEqual([0, 3]);
    expect(rejected.map(({ index }) => index)).toEqual([1, 2]);
  });
});

describe("a rejection teaches", () => {
  test.each([
    ["another spelling of a field", { userId: "u", action: "click" }, "userId", /did you mean "user"\?/],
    ["another system's name of a field", { user: "u", event: "click" }, "event", /did you mean "action"\?/],
    ["a timestamp", { ...click, timestamp: 1 }, "timestamp", /did you mean "time"\?/],
    ["a typing mistake", { ...click, sesion: "s" }, "sesion", /did you mean "session"\?/],
    ["a field of one's own", { ...click, warehouse: 7 }, "warehouse", /"context"/],
    ["a missing user", { action: "click" }, "user", /missing: who/],
    ["a missing action", { user: "u" }, "action", /missing: what/],
    ["a number as a name", { ...click, item: 42 }, "item", /must be a string.*"42"/],
    ["null", { ...click, item: null }, "item", /must be a string, got null/],
    ["an empty name", { ...click, item: "" }, "item", /empty/],
    ["a name that is too long", { ...click, item: "i".repeat(257) }, "item", /256/],
    ["a time without a zone", { ...click, time: "2026-05-04T10:00:00" }, "time", /RFC 3339.*zone/],
    ["a day that is none", { ...click, time: "2026-02-30T10:00:00Z" }, "time", /RFC 3339/],
    ["a time as a number", { ...click, time: 1777888800 }, "time", /string/],
    ["a year UTC cannot write", { ...click, time: "9999-12-31T23:59:59-12:00" }, "time", /0000 to 9999/],
    ["a value that is no number", { ...click, value: "4" }, "value", /must be a number, got a string/],
    ["a value JSON cannot hold", { ...click, value: Number.NaN }, "value", /number/],
    ["an empty slate", { ...click, items: [] }, "items", /empty/],
    [
      "a propensity of nothing",
      { ...click, items: [{ item: "i", position: 1, propensity: 0 }] },
      "items.0.propensity",
      /greater than 0/,
    ],
    [
      "a position from 0",
      { ...click, items: [{ item: "i", position: 0, propensity: 1 }] },
      "items.0.position",
      /at least 1/,
    ],
    [
      "a rank",
      { ...click, items: [{ item: "i", rank: 1, propensity: 1 }] },
      "items.0.rank",
      /did you mean "position"\?/,
    ],
    ["something that is no object", "click", "", /must be an object/],
    ["a list", [click], "", /must be an object/],
    ["nothing", undefined, "", /must be an object/],
    ["half a character", { ...click, query: "boots \ud83d" }, "query", /surrogate/],
    ["a NUL", { ...click, item: "a\0b" }, "item", /NUL/],
    ["a byte order mark", { ...click, item: "\ufeffa" }, "item", /byte order mark at its start/],
    [
      "half a character in a slate",
      { ...click, items: [{ item: "\udc00", position: 1, propensity: 1 }] },
      "items.0.item",
      /surrogate/,
    ],
    [
      "a field that throws",
      {
        ...click,
        get item() {
          throw new Error("no");
        },
      },
      "",
      /throws/,
    ],
  ])("%s", (_, body, path, reason) => {
    const rejection = rejectionOf(body);
    expect(rejection.path).toBe(path);
    expect(rejection.reason).toMatch(reason);
  });

  test("in few words, however long what it refuses", () => {
    const key = "x".repeat(100_000);
    const { path, reason } = rejectionOf({ ...click, [key]: 1 });
    expect(path.length + reason.length).toBeLessThan(500);
  });
});

describe("a context", () => {
  const nested = (depth: number): object => (depth === 1 ? {} : { in: nested(depth - 1) });

  test.each([
    ["of the greatest depth", nested(contextDepth), true],
    ["that is deeper", nested(contextDepth + 1), false],
    ["that is deeper in lists", { a: JSON.parse(`${"[".repeat(9)}${"]".repeat(9)}`) }, false],
    ["deep enough to exhaust a stack", JSON.parse(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`), false],
    ["of the greatest size", { a: "x".repeat(contextBytes - 8) }, true],
    ["that is one byte larger", { a: "x".repeat(contextBytes - 7) }, false],
    ["that is larger in bytes than in characters", { a: "é".repeat(contextBytes / 2) }, false],
    ["that is no object", [1], false],
    ["with a number JSON cannot hold", { a: Number.POSITIVE_INFINITY }, false],
    ["with a function", { a: () => 1 }, false],
    ["with a date", { a: new Date() }, false],
    ["with NUL and half characters, which JSON escapes", { a: "\0 \ud800" }, true],
  ])("%s", (_, context, fits) => {
    const { events, rejected } = accept([{ ...click, context }]);
    expect(events).toHaveLength(fits ? 1 : 0);
    if (!fits) expect(rejected[0]!.path).toMatch(/^context/);
  });

  test.each(["__proto__", "constructor", "prototype"])("with a key %s is refused, at any depth", (key) => {
    for (const context of [`{"${key}":{"polluted":1}}`, `{"a":[{"${key}":1}]}`]) {
      const { path } = rejectionOf({ ...click, context: JSON.parse(context) });
      expect(path).toContain(key);
    }
    expect(rejectionOf(JSON.parse(`{"user":"u","action":"a","${key}":{"polluted":1}}`)).path).toBe(key);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("the time of an event", () => {
  const at = (milliseconds: number) => new Date(milliseconds).toISOString();
  const only = (time: number, sent?: number) =>
    accept([{ ...click, time: at(time) }], sent === undefined ? {} : { sent }).events[0]!;

  test("is what the sender says, as long as its clock can be right", () => {
    const event = only(now - 3_600_000);
    expect(event.skew).toBeUndefined();
    expect(correctedTime(event)).toBe(now - 3_600_000);
  });

  test("a little in the future is when it was received", () => {
    const event = only(now + 60_000);
    expect(event.time).toBe(at(now + 60_000));
    expect(correctedTime(event)).toBe(now);
  });

  test("far in the future is kept, flagged with its skew, and counts as when it was received", () => {
    const event = only(now + 86_400_000);
    expect(event.time).toBe(at(now + 86_400_000));
    expect(event.skew).toBe(86_400_000);
    expect(correctedTime(event)).toBe(now);
  });

  test("is corrected by the sender's clock, ahead or behind, when it says what that shows", () => {
    const ahead = only(now + 7_200_000 - 5_000, now + 7_200_000);
    expect([ahead.skew, correctedTime(ahead)]).toEqual([7_200_000, now - 5_000]);
    const behind = only(now - 7_200_000 - 5_000, now - 7_200_000);
    expect([behind.skew, correctedTime(behind)]).toEqual([-7_200_000, now - 5_000]);
  });

  test("is not corrected by the time a message travels", () => {
    expect(only(now - 5_000, now - 400).skew).toBeUndefined();
  });

  test("is never later than when it was received", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.option(fc.integer({ min: -1e9, max: 1e9 }), { nil: undefined }),
        (offset, sent) => {
          const event = only(now + offset, sent === undefined ? undefined : now + sent);
          expect(correctedTime(event)).toBeLessThanOrEqual(now);
        },
      ),
    );
  });
});

describe("whatever is sent", () => {
  const keys = [...Object.keys(incomingEventSchema.shape), "__proto__", "constructor", "userId"];
  const nasty = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("'; DROP TABLE events; --", "\0", "\ud800", "x".repeat(100_000), 1e308, -0),
  );
  const body = fc.oneof(
    nasty,
    fc.dictionary(fc.constantFrom(...keys), nasty),
    fc.record({ user: fc.oneof(fc.string(), nasty), action: fc.string(), context: nasty }),
  );

  test("is accepted or refused with a reason, and never throws", () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 5 }), (bodies) => {
        const { events, indices, rejected } = accept(bodies);
        expect(events.length + rejected.length).toBe(bodies.length);
        expect([...indices, ...rejected.map(({ index }) => index)].sort((a, b) => a - b)).toEqual([
          ...bodies.keys(),
        ]);
        for (const { reason } of rejected) expect(reason.length).toBeGreaterThan(5);
        for (const { project: _, received: __, skew: ___, ...event } of events)
          expect(incomingEventSchema.safeParse(event).success).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("accepts nothing the published schema refuses, and refuses nothing it accepts but for what it cannot say", () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => !text.includes("\0"));
    const valid = fc.record(
      {
        user: name,
        action: name,
        item: name,
        query: fc.string({ unit: "grapheme", maxLength: 50 }).filter((text) => !text.includes("\0")),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
        items: fc.array(
          fc.record({
            item: name,
            position: fc.integer({ min: 1, max: 1000 }),
            propensity: fc.double({ min: 1e-9, max: 1, noNaN: true }),
          }),
          { minLength: 1, maxLength: 5 },
        ),
      },
      { requiredKeys: ["user", "action"] },
    );
    fc.assert(
      fc.property(valid, (event) => {
        expect(incomingEventSchema.safeParse(event).success).toBe(true);
        expect(accept([event]).rejected).toEqual([]);
      }),
    );
  });
});
