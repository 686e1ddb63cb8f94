import assert from "node:assert/strict";
import type { HeedEvent } from "../events/index.js";
import type { EventLog, LogEntry } from "../store/index.js";
import { type ContractCase, type Make, withSubject } from "./contract.js";
import { sampleEvent, second } from "./sample.js";

/** What every `EventLog` promises. `make` gives a fresh, empty log each time. */
export function eventLogContract(make: Make<EventLog>): ContractCase[] {
  const test = (name: string, work: Parameters<typeof withSubject<EventLog>>[2]) =>
    withSubject(make, name, work);
  return [
    test("gives back every event as it was appended", async (log) => {
      const events = awkwardEvents();
      const outcomes = await log.append(events);
      const entries = await readAll(log);
      assert.deepEqual(
        entries.map(({ event }) => event),
        events,
      );
      assert.deepEqual(
        entries.map(({ position }) => position),
        outcomes,
      );
    }),
    test("says when each event happened by a clock that can be trusted", async (log) => {
      await log.append([
        sampleEvent({ time: second(10), received: second(12) }),
        sampleEvent({ time: second(30), received: second(12), skew: 20_000 }),
        sampleEvent({ time: second(13), received: second(12) }),
      ]);
      assert.deepEqual(
        (await readAll(log)).map(({ at }) => at),
        [second(10), second(10), second(12)],
      );
    }),
    test("gives positions that grow, and reads on after one, project by project", async (log) => {
      for (const project of ["a", "b", "a"])
        await log.append([sampleEvent({ project }), sampleEvent({ project })]);
      const all = await readAll(log);
      assert.ok(all.every(({ position }, i) => position > (all[i - 1]?.position ?? 0)));
      assert.equal(await log.head(), all.at(-1)!.position);
      const after = all[2]!.position;
      assert.deepEqual(await log.read({ after }), all.slice(3));
      assert.deepEqual(await log.read({ after, limit: 2 }), all.slice(3, 5));
      assert.deepEqual(await log.read({ after: await log.head() }), []);
      const b = await log.read({ after: 0, project: "b" });
      assert.deepEqual(b, all.slice(2, 4));
    }),
    test("stores an id once: in one batch, in the next, in batches at the same time", async (log) => {
      const event = sampleEvent({ id: "once" });
      const [first, second, third] = await log.append([event, { ...event, user: "other" }, sampleEvent()]);
      assert.ok(typeof first === "number" && second === "duplicate" && typeof third === "number");
      assert.deepEqual(await log.append([event]), ["duplicate"]);
      const racing = await Promise.all(
        Array.from({ length: 8 }, () => log.append([sampleEvent({ id: "race" })])),
      );
      assert.equal(racing.filter(([outcome]) => typeof outcome === "number").length, 1);
      const [elsewhere] = await log.append([{ ...event, project: "q" }]);
      assert.equal(typeof elsewhere, "number", "another project's id is another id");
      const ids = (await readAll(log)).filter(({ event: { id } }) => id === "once");
      assert.equal(ids.length, 2);
    }),
    test("finds every acknowledged event exactly once after appends at the same time", async (log) => {
      const batches = Array.from({ length: 20 }, (_, i) =>
        Array.from({ length: 1 + ((i * 7) % 40) }, () => sampleEvent()),
      );
      const outcomes = await Promise.all(batches.map((batch) => log.append(batch)));
      const entries = await readAll(log);
      const found = new Map(entries.map(({ position, event }) => [position, event.id]));
      assert.equal(entries.length, batches.flat().length);
      batches.forEach((batch, i) => {
        batch.forEach((event, j) => {
          assert.equal(found.get(Number(outcomes[i]![j])), event.id);
        });
        const positions = outcomes[i]!.map(Number);
        assert.deepEqual(
          positions,
          [...positions].sort((a, b) => a - b),
          "a batch keeps its order",
        );
      });
    }),
    test("stores all of an append or nothing", async (log) => {
      const broken = sampleEvent({ query: "cut inside a character: \ud83d" });
      const others = log.append([sampleEvent({ id: "innocent" })]);
      const refused = log.append([sampleEvent({ id: "with" }), broken, sampleEvent()]);
      await assert.rejects(refused);
      await others;
      const ids = (await readAll(log)).map(({ event }) => event.id);
      assert.deepEqual(ids, ["innocent"]);
      const [retried] = await log.append([sampleEvent({ id: "with" })]);
      assert.equal(typeof retried, "number", "what was not stored is no duplicate");
    }),
    test("takes an empty append", async (log) => {
      assert.deepEqual(await log.append([]), []);
      assert.equal(await log.head(), 0);
    }),
    test("finds what a user did, in order of time, the newest of it when asked for less", async (log) => {
      await log.append([
        sampleEvent({ id: "3", time: second(3), action: "click" }),
        sampleEvent({ id: "other", user: "v", time: second(2) }),
        sampleEvent({ id: "1", time: second(1), received: second(4) }),
        sampleEvent({ id: "elsewhere", project: "q" }),
        sampleEvent({ id: "2", time: second(2), action: "like" }),
        sampleEvent({ id: "2b", time: second(2) }),
      ]);
      assert.deepEqual(ids(await log.find("p", { user: "u" })), ["1", "2", "2b", "3"]);
      assert.deepEqual(ids(await log.find("p", { user: "u", limit: 2 })), ["2b", "3"]);
      assert.deepEqual(ids(await log.find("p", { user: "u", actions: ["click", "like"] })), ["2", "3"]);
      assert.deepEqual(await log.find("p", { user: "u", actions: [] }), []);
      assert.deepEqual(await log.find("p", { user: "nobody" }), []);
    }),
    test("finds what belongs to a slate, and what was done with an item", async (log) => {
      const items = [{ item: "i", position: 1, propensity: 0.5 }];
      await log.append([
        sampleEvent({ id: "shown", action: "impression", slate: "s", items }),
        sampleEvent({ id: "clicked", action: "click", slate: "s", item: "i", time: second(1) }),
        sampleEvent({ id: "other", action: "click", slate: "t", item: "i" }),
        sampleEvent({ id: "elsewhere", project: "q", slate: "s" }),
      ]);
      assert.deepEqual(ids(await log.find("p", { slate: "s" })), ["shown", "clicked"]);
      assert.deepEqual(ids(await log.find("p", { slate: "s", actions: ["impression"] })), ["shown"]);
      assert.deepEqual(ids(await log.find("p", { item: "i" })), ["other", "clicked"]);
      assert.deepEqual(ids(await log.find("p", { item: "i", limit: 1 })), ["clicked"]);
      assert.deepEqual(ids(await log.find("p", { item: "nothing" })), []);
    }),
    test("follows: first what is there, then what comes, until told to stop", async (log) => {
      await log.append([sampleEvent({ id: "1" }), sampleEvent({ id: "other", project: "q" })]);
      const stop = new AbortController();
      const seen: string[] = [];
      const following = (async () => {
        for await (const entries of log.follow({ after: 0, project: "p", signal: stop.signal })) {
          seen.push(...ids(entries));
          if (seen.includes("3")) stop.abort();
        }
      })();
      await log.append([sampleEvent({ id: "2" })]);
      await log.append([sampleEvent({ project: "q" })]);
      await log.append([sampleEvent({ id: "3" })]);
      await following;
      assert.deepEqual(seen, ["1", "2", "3"]);
    }),
    test("merges ids into users, along chains, and refuses circles and second owners", async (log) => {
      await log.append([sampleEvent({ id: "1", user: "a" }), sampleEvent({ id: "2", user: "b" })]);
      const first = await log.merge("p", "a", "b");
      const second = await log.merge("p", "b", "c");
      assert.ok(second.position > first.position);
      await log.append([sampleEvent({ id: "3", user: "a" }), sampleEvent({ id: "4", user: "c" })]);
      for (const user of ["a", "b", "c"])
        assert.deepEqual(ids(await log.find("p", { user })), ["1", "2", "3", "4"]);
      assert.deepEqual(await log.merge("p", "a", "c"), { ...first, project: "p" }, "said again");
      await assert.rejects(log.merge("p", "c", "a"), isError("merge"));
      await assert.rejects(log.merge("p", "a", "d"), isError("merge"));
      await assert.rejects(log.merge("p", "d", "d"), isError("merge"));
      assert.deepEqual(
        (await log.merges("p")).map(({ anonymous, user }) => [anonymous, user]),
        [
          ["a", "b"],
          ["b", "c"],
        ],
      );
      assert.deepEqual(await log.merges("q"), []);
      assert.deepEqual(ids(await log.find("q", { user: "a" })), []);
    }),
    test("erases a user with every id of theirs, and refuses what arrives late", async (log) => {
      const now = Date.now();
      const at = (seconds: number) => ({ time: now + seconds * 1_000, received: now + seconds * 1_000 });
      await log.append([
        sampleEvent({ id: "1", user: "a", ...at(-60) }),
        sampleEvent({ id: "2", user: "u", ...at(-50) }),
        sampleEvent({ id: "3", user: "v", ...at(-40) }),
        sampleEvent({ id: "4", user: "u", project: "q", ...at(-40) }),
      ]);
      await log.merge("p", "a", "u");
      const erasure = await log.erase("p", "u");
      assert.deepEqual([...erasure.users].sort(), ["a", "u"]);
      assert.deepEqual(ids(erasure.entries).sort(), ["1", "2"]);
      assert.deepEqual(ids(await readAll(log)), ["3", "4"]);
      assert.deepEqual(await log.find("p", { user: "a" }), []);
      assert.deepEqual(await log.merges("p"), []);
      const late = await log.append([
        sampleEvent({ user: "u", ...at(-30) }),
        sampleEvent({ user: "a", ...at(-1) }),
        sampleEvent({ user: "v", ...at(-1) }),
        sampleEvent({ user: "u", project: "q", ...at(-1) }),
        sampleEvent({ user: "u", ...at(3_600) }),
      ]);
      assert.deepEqual(late.slice(0, 2), ["erased", "erased"]);
      assert.ok(late.slice(2).every((outcome) => typeof outcome === "number"));
      assert.deepEqual((await log.erase("p", "nobody")).entries, []);
    }),
    test("drops what is older than a time, of one project or of all", async (log) => {
      for (const project of ["p", "q"])
        await log.append(
          [1, 2, 3].map((n) => sampleEvent({ id: `${project}${n}`, project, time: second(n) })),
        );
      assert.equal(await log.retain(second(2), "p"), 1);
      assert.deepEqual(ids(await readAll(log)), ["p2", "p3", "q1", "q2", "q3"]);
      assert.equal(await log.retain(second(3)), 3);
      assert.deepEqual(ids(await readAll(log)), ["p3", "q3"]);
      const [position] = await log.append([sampleEvent()]);
      assert.ok(Number(position) > 6, "positions are not used again");
    }),
    {
      name: "keeps everything over a restart",
      async run() {
        const { subject, reopen, close } = await make();
        try {
          if (!reopen) return;
          await subject.append(awkwardEvents());
          await subject.merge("p", "anonymous", "u");
          await subject.append([sampleEvent({ id: "gone", user: "erased", time: Date.now() - 1_000 })]);
          await subject.erase("p", "erased");
          const [before, head] = [await readAll(subject), await subject.head()];
          const log = await reopen();
          assert.deepEqual(await readAll(log), before);
          assert.ok((await log.head()) >= before.at(-1)!.position);
          assert.deepEqual(
            (await log.merges()).map(({ anonymous, user }) => [anonymous, user]),
            [["anonymous", "u"]],
          );
          const late = sampleEvent({ user: "erased", time: Date.now() - 1_000 });
          assert.deepEqual(await log.append([late, sampleEvent()]).then(([first]) => first), "erased");
          assert.ok((await log.head()) > head, "positions go on where they were");
        } finally {
          await close();
        }
      },
    },
    {
      name: "knows over a restart which ids were stored within the window",
      async run() {
        const { subject, reopen, close } = await make();
        try {
          if (!reopen) return;
          const event = sampleEvent({ time: Date.now() });
          await subject.append([event]);
          const log = await reopen();
          assert.deepEqual(await log.append([event]), ["duplicate"]);
        } finally {
          await close();
        }
      },
    },
  ];
}

/** Everything an event may hold, and texts that have tripped others. */
function awkwardEvents(): HeedEvent[] {
  return [
    sampleEvent({
      user: "u",
      session: "s",
      action: "impression",
      surface: "home",
      slate: "slate",
      model: "m",
      items: [
        { item: "i1", position: 1, propensity: 0.1 + 0.2 },
        { item: "i 2", position: 2 ** 40, propensity: 1e-300 },
      ],
    }),
    sampleEvent({ action: "dwell", item: "i1", value: 1234.5678901234567, time: second(-1), skew: -2_500 }),
    sampleEvent({
      action: "query",
      query: 'quotes " and \\ and \n line \u2028 breaks, \u0007, é, 😀, \u{10ffff}',
    }),
    sampleEvent({ user: "'; DROP TABLE events; --", item: "$1", action: "{}" }),
    sampleEvent({ user: "__proto__", action: "constructor", item: "null", value: -0.5 }),
    sampleEvent({
      context: {
        text: "\u0000 \ud800 \\u0000",
        list: [1, null, true, { deep: [1.5e-7] }],
        "": {},
        frame: '{"frame":',
      },
    }),
    sampleEvent({ time: Date.parse("0001-01-01T00:00:00Z"), query: "" }),
    sampleEvent({ time: Date.parse("9999-12-31T23:59:59.999Z"), value: 0 }),
  ];
}

async function readAll(log: EventLog): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (;;) {
    const more = await log.read({ after: entries.at(-1)?.position ?? 0, limit: 500 });
    if (more.length === 0) return entries;
    entries.push(...more);
  }
}

function ids(entries: readonly LogEntry[]): string[] {
  return entries.map(({ event }) => event.id);
}

/** A check for `assert.rejects`: an error with this code. */
export function isError(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.equal((error as { code?: unknown }).code, code);
    return true;
  };
}
