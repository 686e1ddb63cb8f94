import assert from "node:assert/strict";
import type {
  Analytics,
  Coded,
  CounterColumns,
  EventLog,
  ExampleScan,
  Examples,
  LogEntry,
} from "../store/index.js";
import { type ContractCase, type Make, withSubject } from "./contract.js";
import { type ExampleRow, referenceExamples } from "./reference.js";
import { sampleEvent, second } from "./sample.js";
import { type Step, smallWorld } from "./world.js";

/** Analytics are tried together with the log they read. */
export interface AnalyticsSubject {
  log: EventLog;
  analytics: Analytics;
}

/** What every `Analytics` promises. `make` gives a fresh, empty log with its analytics each time. */
export function analyticsContract(make: Make<AnalyticsSubject>): ContractCase[] {
  const test = (name: string, work: Parameters<typeof withSubject<AnalyticsSubject>>[2]) =>
    withSubject(make, name, work);
  const shown = (slate: string, items: string[], fields: Parameters<typeof sampleEvent>[0] = {}) =>
    sampleEvent({
      action: "impression",
      slate,
      items: items.map((item, i) => ({ item, position: i + 1, propensity: 1 / (i + 1) })),
      ...fields,
    });
  const past = { project: "p", userCounters: ["view"], itemCounters: ["view"] };
  return [
    test("scans what people did to items, within bounds of position and time", async ({ log, analytics }) => {
      const outcomes = await log.append([
        sampleEvent({ item: "x", time: second(1), value: 2 }),
        shown("s", ["x"], { time: second(2) }),
        sampleEvent({ action: "query", query: "no item", time: second(2) }),
        sampleEvent({ user: "a", item: "y", action: "click", time: second(0), received: second(3) }),
        sampleEvent({ item: "x", project: "q" }),
        sampleEvent({ item: "z", time: second(4) }),
      ]);
      await log.merge("p", "a", "u");
      const all = await analytics.outcomes({ project: "p" });
      assert.deepEqual([...all.position], [outcomes[0], outcomes[3], outcomes[5]]);
      assert.deepEqual([...all.at], [second(1), second(0), second(4)]);
      assert.deepEqual(decoded(all.user), ["u", "u", "u"]);
      assert.deepEqual(decoded(all.item), ["x", "y", "z"]);
      assert.deepEqual(decoded(all.action), ["view", "click", "view"]);
      assert.deepEqual([...all.value], [2, Number.NaN, Number.NaN]);
      const items = async (scan: object) =>
        decoded((await analytics.outcomes({ project: "p", ...scan })).item);
      assert.deepEqual(await items({ after: outcomes[0] }), ["y", "z"]);
      assert.deepEqual(await items({ upTo: outcomes[3] }), ["x", "y"]);
      assert.deepEqual(await items({ from: second(1), to: second(4) }), ["x"]);
      assert.deepEqual(await items({ actions: ["click", "like"] }), ["y"]);
      assert.deepEqual(await items({ actions: ["impression"] }), []);
      assert.equal((await analytics.outcomes({ project: "nobody" })).length, 0);
    }),
    test("knows whom chance had a part in showing something", async ({ log, analytics }) => {
      const [first] = await log.append([
        shown("s", ["x", "y"], { user: "c" }),
        shown("t", ["x"], { user: "certain" }),
        shown("u", ["x", "y"], { user: "a" }),
        shown("v", ["x", "y"], { user: "a" }),
        shown("w", ["x", "y"], { user: "other", project: "q" }),
        sampleEvent({ user: "b", item: "x" }),
      ]);
      await log.merge("p", "c", "known");
      assert.deepEqual(await analytics.explored({ project: "p" }), ["a", "known"]);
      assert.deepEqual(await analytics.explored({ project: "p", after: Number(first) }), ["a"]);
      assert.deepEqual(await analytics.explored({ project: "nobody" }), []);
    }),
    test("joins outcomes with their exposures within the window", async ({ log, analytics }) => {
      await log.append([
        sampleEvent({ action: "click", slate: "s", item: "y", time: second(5), value: 3 }),
        shown("s", ["x", "y", "x"], { time: second(3), surface: "home", model: "m" }),
        shown("s", ["z"], { time: second(4) }),
        sampleEvent({ action: "click", slate: "s", item: "x", time: second(4) }),
        sampleEvent({ action: "click", slate: "s", item: "not shown", time: second(4) }),
        sampleEvent({ action: "click", slate: "s", item: "y", time: second(14) }),
        sampleEvent({ action: "like", slate: "s", item: "y", time: second(13) }),
        sampleEvent({ action: "click", slate: "lost", item: "y", time: second(4) }),
        sampleEvent({ action: "click", slate: "s", item: "y", project: "q", time: second(4) }),
        sampleEvent({ action: "click", item: "y", time: second(4) }),
      ]);
      const scan = { project: "p", window: 10_000, actions: ["click", "like"] };
      const rows = await analytics.exposures(scan);
      assert.deepEqual(decoded(rows.item), ["x", "y", "x"]);
      assert.deepEqual([...rows.rank], [1, 2, 3]);
      assert.deepEqual([...rows.propensity], [1, 1 / 2, 1 / 3]);
      assert.deepEqual([decoded(rows.surface)[0], decoded(rows.model)[0]], ["home", "m"]);
      assert.deepEqual([...rows.outcomes.click!.count], [1, 1, 0]);
      assert.deepEqual([...rows.outcomes.click!.sum], [0, 3, 0]);
      assert.deepEqual([...rows.outcomes.like!.count], [0, 1, 0]);
      assert.equal((await analytics.exposures({ ...scan, surface: "search" })).length, 0);
      assert.deepEqual(await analytics.lost({ project: "p" }), [{ slate: "lost", outcomes: 1 }]);
    }),
    test("shows an exposure no event that was committed later, however early it happened", async (subject) => {
      const { log, analytics } = subject;
      await log.append([shown("s", ["x"], { time: second(10) })]);
      await log.append([sampleEvent({ item: "x", time: second(1), received: second(11) })]);
      const { history, userCounters, itemCounters } = await analytics.examples(past);
      assert.deepEqual([...history.lengths], [0]);
      assert.deepEqual([...userCounters.view!.count, ...itemCounters.view!.count], [0, 0]);
    }),
    test("shows an exposure no event that happened later, however early it was committed", async (subject) => {
      const { log, analytics } = subject;
      await log.append([
        sampleEvent({ item: "x", time: second(5) }),
        sampleEvent({ item: "x", time: second(20), value: 7 }),
        shown("s", ["x"], { time: second(10), received: second(21) }),
        shown("t", ["x"], { time: second(20), received: second(21) }),
      ]);
      const { history, userCounters, itemCounters } = await analytics.examples(past);
      assert.deepEqual([...history.lengths], [1, 2]);
      for (const { view } of [userCounters, itemCounters]) {
        assert.deepEqual([...view!.count], [1, 2]);
        assert.deepEqual([...view!.sum], [0, 7]);
        assert.deepEqual([...view!.last], [second(5), second(20)]);
      }
    }),
    test("shows an exposure a merged id's past only from the merge on", async ({ log, analytics }) => {
      await log.append([sampleEvent({ user: "a", item: "x", time: second(1) })]);
      await log.append([shown("before", ["x"], { time: second(2) })]);
      await log.merge("p", "a", "u");
      await log.append([shown("after", ["x"], { time: second(3) })]);
      await log.append([shown("either", ["x"], { user: "a", time: second(4) })]);
      const { history, userCounters, user } = await analytics.examples(past);
      assert.deepEqual([...history.lengths], [0, 1, 1]);
      assert.deepEqual([...userCounters.view!.count], [0, 1, 1]);
      assert.deepEqual(decoded(user), ["u", "u", "u"]);
    }),
    test("gives the newest of a history, by time", async ({ log, analytics }) => {
      await log.append([
        sampleEvent({ item: "b", time: second(2), action: "like" }),
        sampleEvent({ item: "a", time: second(1), received: second(2) }),
        sampleEvent({ item: "c", time: second(3), value: 1 }),
        shown("s", ["x", "y"], { time: second(4) }),
      ]);
      const read = async (scan: object) => {
        const { history } = await analytics.examples({ project: "p", ...scan });
        const items = decoded(history.item);
        return [0, 1].map((row) =>
          items.slice(history.offsets[row]!, history.offsets[row]! + history.lengths[row]!),
        );
      };
      assert.deepEqual(await read({}), [
        ["a", "b", "c"],
        ["a", "b", "c"],
      ]);
      assert.deepEqual((await read({ history: 2 }))[0], ["b", "c"]);
      assert.deepEqual((await read({ history: 1, historyActions: ["like"] }))[1], ["b"]);
    }),
    test("says who and what is most active", async ({ log, analytics }) => {
      await log.append([
        sampleEvent({ item: "x", user: "a" }),
        sampleEvent({ item: "y", user: "u", action: "click" }),
        sampleEvent({ item: "x", user: "v" }),
        sampleEvent({ item: "z", user: "v", project: "q" }),
        shown("s", ["z", "z", "z"]),
      ]);
      await log.merge("p", "a", "u");
      assert.deepEqual(await analytics.top({ project: "p", by: "item", limit: 9 }), [
        { id: "x", count: 2 },
        { id: "y", count: 1 },
      ]);
      assert.deepEqual(await analytics.top({ project: "p", by: "user", limit: 1 }), [{ id: "u", count: 2 }]);
      assert.deepEqual(await analytics.top({ project: "p", by: "item", actions: ["click"], limit: 9 }), [
        { id: "y", count: 1 },
      ]);
    }),
    ...[1, 2, 3].map((seed) =>
      test(`agrees with the slow, obvious way in small world ${seed}`, async (subject) => {
        const { rows, expected } = await compareWithReference(subject, smallWorld(seed), {});
        assert.ok(expected.length > 0);
        assert.deepEqual(rows, expected);
      }),
    ),
  ];
}

/** Lives through a world and builds its examples twice: by `analytics`, and by the reference over the same log. */
export async function compareWithReference(
  { log, analytics }: AnalyticsSubject,
  world: readonly Step[],
  scan: Partial<ExampleScan>,
): Promise<{ rows: ExampleRow[]; expected: ExampleRow[] }> {
  const { project = "p" } = scan;
  for (const step of world) {
    if ("append" in step) await log.append(step.append);
    // A world merges at random: what the log refuses did not happen.
    else await log.merge(project, step.merge.anonymous, step.merge.user).catch(() => {});
  }
  const whole: ExampleScan = {
    project,
    window: 30_000,
    actions: ["click", "purchase"],
    history: 4,
    userCounters: ["view", "click", "impression"],
    itemCounters: ["view", "impression"],
    ...scan,
  };
  const entries: LogEntry[] = await log.read({ after: 0, limit: 10_000, project });
  return {
    rows: exampleRows(await analytics.examples(whole)),
    expected: referenceExamples(entries, await log.merges(), whole),
  };
}

/** Examples as rows one can read. */
export function exampleRows(examples: Examples): ExampleRow[] {
  const [users, slates, surfaces, models, items, acted, actions] = [
    examples.user,
    examples.slate,
    examples.surface,
    examples.model,
    examples.item,
    examples.history.item,
    examples.history.action,
  ].map(decoded);
  return Array.from({ length: examples.length }, (_, row) => {
    const from = examples.history.offsets[row]!;
    return {
      position: examples.position[row]!,
      at: examples.at[row]!,
      user: users![row]!,
      slate: slates![row]!,
      surface: surfaces![row]!,
      model: models![row]!,
      item: items![row]!,
      rank: examples.rank[row]!,
      propensity: examples.propensity[row]!,
      outcomes: mapValues(examples.outcomes, ({ count, sum }) => ({ count: count[row]!, sum: sum[row]! })),
      history: Array.from({ length: examples.history.lengths[row]! }, (_, i) => ({
        at: examples.history.at[from + i]!,
        action: actions![from + i]!,
        item: acted![from + i]!,
        value: orNull(examples.history.value[from + i]!),
      })),
      userCounters: mapValues(examples.userCounters, (counter) => counterAt(counter, row)),
      itemCounters: mapValues(examples.itemCounters, (counter) => counterAt(counter, row)),
    };
  });
}

function counterAt({ count, sum, last }: CounterColumns, row: number) {
  return { count: count[row]!, sum: sum[row]!, last: orNull(last[row]!) };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));
}

function decoded({ codes, values }: Coded): (string | null)[] {
  return Array.from(codes, (code) => (code === -1 ? null : values[code]!));
}
