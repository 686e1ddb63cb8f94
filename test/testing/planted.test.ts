import { describe, expect, test } from "vitest";
import type { EventLog, LogEntry, OnlineStore, Registry } from "../../src/store/index.js";
import {
  type AnalyticsSubject,
  analyticsContract,
  type Blindness,
  eventLogContract,
  onlineStoreContract,
  referenceExamples,
  registryContract,
  runContract,
} from "../../src/testing/index.js";
import { embedded } from "../store/support.js";
import { expectCaught, planted, toExamples } from "./support.js";

/** A bug, the case of the contract that must find it, and how to plant it. */
type Bug<T> = [bug: string, caughtBy: string, plant: (subject: T) => T];

describe("the EventLog contract finds", () => {
  const make = embedded(({ log }) => log);
  const reading = (log: EventLog, change: (entries: LogEntry[]) => LogEntry[]): EventLog => ({
    ...log,
    read: async (options) => change(await log.read(options)),
  });
  const bugs: Bug<EventLog>[] = [
    [
      "an acknowledged event that is lost",
      "gives back every event as it was appended",
      (log) => ({
        ...log,
        append: async (events) => [...(await log.append(events.slice(0, -1))), (await log.head()) + 1],
      }),
    ],
    [
      "an event lost only when several append at once",
      "finds every acknowledged event exactly once after appends at the same time",
      (log) => {
        let running = 0;
        return {
          ...log,
          async append(events) {
            const dropped = ++running === 7;
            const outcomes = await log.append(dropped ? events.slice(1) : events);
            running--;
            return dropped ? [await log.head(), ...outcomes] : outcomes;
          },
        };
      },
    ],
    [
      "an acknowledgement before the event is stored",
      "gives back every event as it was appended",
      (log) => ({
        ...log,
        async append(events) {
          setTimeout(() => void log.append(events).catch(() => {}), 30);
          return events.map((_, i) => i + 1);
        },
      }),
    ],
    [
      "an event stored twice",
      "finds every acknowledged event exactly once after appends at the same time",
      (log) =>
        reading(log, (entries) => entries.flatMap((entry, i) => (i % 17 === 3 ? [entry, entry] : [entry]))),
    ],
    [
      "duplicates that are not noticed",
      "stores an id once: in one batch, in the next, in batches at the same time",
      (log) => {
        let count = 0;
        const marked = reading(log, (entries) =>
          entries.map((entry) => ({
            ...entry,
            event: { ...entry.event, id: entry.event.id.split("#")[0]! },
          })),
        );
        return {
          ...marked,
          append: (events) => log.append(events.map((event) => ({ ...event, id: `${event.id}#${++count}` }))),
        };
      },
    ],
    [
      "ids that are forgotten over a restart",
      "knows over a restart which ids were stored within the window",
      (log) => {
        const seen = new Set<string>();
        return {
          ...log,
          append: (events) =>
            log.append(
              events.map((event) => {
                const first = !seen.has(event.id);
                seen.add(event.id);
                return first ? { ...event, id: `${event.id}#${Math.floor(performance.now() * 1e3)}` } : event;
              }),
            ),
        };
      },
    ],
    [
      "a number that loses its last digits",
      "gives back every event as it was appended",
      (log) =>
        reading(log, (entries) =>
          entries.map((entry) =>
            entry.event.value === undefined
              ? entry
              : { ...entry, event: { ...entry.event, value: Math.fround(entry.event.value) } },
          ),
        ),
    ],
    [
      "a text that loses what is not ASCII",
      "gives back every event as it was appended",
      (log) =>
        reading(log, (entries) =>
          entries.map((entry) => ({
            ...entry,
            event: JSON.parse(JSON.stringify(entry.event).replace(/[\u0080-\uffff]/g, "?")),
          })),
        ),
    ],
    [
      "half a batch that is stored when the other half is refused",
      "stores all of an append or nothing",
      (log) => ({
        ...log,
        append: async (events) => (await Promise.all(events.map((event) => log.append([event])))).flat(),
      }),
    ],
    [
      "the time of a sender whose clock is wrong",
      "says when each event happened by a clock that can be trusted",
      (log) =>
        reading(log, (entries) => entries.map((entry) => ({ ...entry, at: Date.parse(entry.event.time) }))),
    ],
    [
      "one project that reads another's events",
      "gives positions that grow, and reads on after one, project by project",
      (log) => ({
        ...log,
        read: ({ after, limit }) => log.read(limit === undefined ? { after } : { after, limit }),
      }),
    ],
    [
      "an unmerged history",
      "merges ids into users, along chains, and refuses circles and second owners",
      (log) => ({
        ...log,
        find: async (project, options) =>
          (await log.find(project, options)).filter(
            ({ event }) => !("user" in options) || event.user === options.user,
          ),
      }),
    ],
    [
      "a second owner of an id",
      "merges ids into users, along chains, and refuses circles and second owners",
      (log) => ({
        ...log,
        merge: (project, anonymous, user) =>
          log.merge(project, anonymous, user).catch(() => ({ project, anonymous, user, position: 0 })),
      }),
    ],
    [
      "an order of arrival where the order of time was asked for",
      "finds what a user did, in order of time, the newest of it when asked for less",
      (log) => ({
        ...log,
        find: async (project, options) =>
          (await log.find(project, options)).sort((a, b) => a.position - b.position),
      }),
    ],
    [
      "a follower that misses what was there before",
      "follows: first what is there, then what comes, until told to stop",
      (log) => ({
        ...log,
        async *follow(options) {
          yield* log.follow({ ...options, after: await log.head() });
        },
      }),
    ],
    [
      "events that survive their user's erasure",
      "erases a user with every id of theirs, and refuses what arrives late",
      (log) => ({
        ...log,
        erase: async (project, user) => ({ users: [user], entries: await log.find(project, { user }) }),
      }),
    ],
    [
      "late arrivals of an erased user that are taken in",
      "erases a user with every id of theirs, and refuses what arrives late",
      (log) => ({
        ...log,
        append: async (events) =>
          (await log.append(events)).map((outcome) => (outcome === "erased" ? 1 : outcome)),
      }),
    ],
    [
      "retention that goes a moment too far",
      "drops what is older than a time, of one project or of all",
      (log) => ({ ...log, retain: (before, project) => log.retain(before + 1, project) }),
    ],
    [
      "merges that are gone after a restart",
      "keeps everything over a restart",
      (log) => {
        const made = new Set<number>();
        return {
          ...log,
          async merge(...of) {
            const merge = await log.merge(...of);
            made.add(merge.position);
            return merge;
          },
          merges: async (project) => (await log.merges(project)).filter(({ position }) => made.has(position)),
        };
      },
    ],
  ];
  test.each(bugs)("%s", (_, caughtBy, plant) =>
    expectCaught(eventLogContract(planted(make, plant)), caughtBy),
  );
});

describe("the OnlineStore contract finds", () => {
  const make = embedded(({ online }) => online);
  const bugs: Bug<OnlineStore>[] = [
    [
      "a history in order of arrival",
      "keeps what a user did, in order of time, however late it came",
      (online) => ({
        ...online,
        history: async (...of) => (await online.history(...of)).sort((a, b) => a.position - b.position),
      }),
    ],
    [
      "a history that is cut at the wrong end",
      "keeps the newest of a long past",
      (online) => ({
        ...online,
        history: async (project, user, options) =>
          (await online.history(project, user)).slice(0, options?.limit),
      }),
    ],
    [
      "impressions among the acts",
      "keeps what was shown apart from what was done",
      (online) => ({
        ...online,
        history: async (...of) => [...(await online.history(...of)), ...(await online.shown(of[0], of[1]))],
      }),
    ],
    [
      "a counter that forgets the values",
      "counts by action, for users and for items",
      (online) => ({
        ...online,
        counters: async (...of) =>
          (await online.counters(...of)).map((counters) =>
            Object.fromEntries(
              Object.entries(counters).map(([action, counter]) => [action, { ...counter, sum: 0 }]),
            ),
          ),
      }),
    ],
    [
      "an entry that counts twice when it is applied twice",
      "takes an entry in once, however often it is applied",
      (online) => {
        let shift = 0;
        return {
          ...online,
          async apply(entries) {
            const head = await online.position();
            if ((entries[0]?.position ?? 0) <= head) shift = head;
            await online.apply(entries.map((entry) => ({ ...entry, position: entry.position + shift })));
          },
        };
      },
    ],
    [
      "an unmerged history",
      "joins the pasts of merged ids, and what they do afterwards",
      (online) => ({ ...online, merge: async () => {} }),
    ],
    [
      "counts of items that an erased user stays in",
      "forgets an erased user, their attributes and their part in the counts of items",
      (online) => ({
        ...online,
        erase: (project, { users }) => online.erase(project, { users, entries: [] }),
      }),
    ],
    [
      "attributes that survive their user's erasure",
      "forgets an erased user, their attributes and their part in the counts of items",
      (online) => ({
        ...online,
        async erase(project, erasure) {
          const kept = (await online.get(project, "user", erasure.users)).filter((entity) => entity !== null);
          await online.erase(project, erasure);
          await online.put(project, "user", kept);
        },
      }),
    ],
    [
      "two kinds that share their entities",
      "puts, gets, replaces and deletes entities",
      (online) => ({
        ...online,
        put: (project, _, entities) => online.put(project, "one", entities),
        get: (project, _, ids) => online.get(project, "one", ids),
        delete: (project, _, ids) => online.delete(project, "one", ids),
      }),
    ],
    [
      "a cache that keeps what was replaced",
      "puts, gets, replaces and deletes entities",
      (online) => {
        const cache = new Map<string, Awaited<ReturnType<OnlineStore["get"]>>>();
        return {
          ...online,
          async get(...of) {
            const key = JSON.stringify(of);
            const found = cache.get(key) ?? (await online.get(...of));
            cache.set(key, found);
            return found;
          },
        };
      },
    ],
    [
      "pages that repeat an entity",
      "lists entities in order of id, page by page",
      (online) => ({
        ...online,
        list: async (project, kind, options) => {
          const page = await online.list(project, kind, options);
          return options?.after === undefined ? page : [{ id: options.after, value: {} }, ...page];
        },
      }),
    ],
    [
      "a revision that stands still",
      "changes a kind's revision with every change to its entities, and not otherwise",
      (online) => ({ ...online, revision: async () => 1 }),
    ],
    [
      "entities that are gone after a restart",
      "keeps entities over a restart",
      (online) => {
        const own = new Set<string>();
        return {
          ...online,
          put: (project, kind, entities) => {
            for (const { id } of entities) own.add(id);
            return online.put(project, kind, entities);
          },
          get: async (project, kind, ids) =>
            (await online.get(project, kind, ids)).map((entity) =>
              entity && own.has(entity.id) ? entity : null,
            ),
        };
      },
    ],
  ];
  test.each(bugs)("%s", (_, caughtBy, plant) =>
    expectCaught(onlineStoreContract(planted(make, plant)), caughtBy),
  );
});

describe("the Analytics contract", () => {
  const make = embedded(({ log, analytics }) => ({ log, analytics }));
  /** Analytics that build examples the slow way, blind to some rule. */
  const slowly =
    (blind: Blindness) =>
    ({ log, analytics }: AnalyticsSubject): AnalyticsSubject => ({
      log,
      analytics: {
        ...analytics,
        examples: async (scan) =>
          toExamples(
            referenceExamples(await log.read({ after: 0, limit: 10_000 }), await log.merges(), scan, blind),
          ),
      },
    });

  test("finds nothing wrong with examples built the slow, obvious way", async () => {
    expect(await runContract(analyticsContract(planted(make, slowly({}))))).toEqual([]);
  });

  const bugs: Bug<AnalyticsSubject>[] = [
    [
      "a future leak: what was committed after the exposure",
      "shows an exposure no event that was committed later, however early it happened",
      slowly({ position: true }),
    ],
    [
      "a future leak: what happened after the exposure",
      "shows an exposure no event that happened later, however early it was committed",
      slowly({ time: true }),
    ],
    [
      "a future leak: a merge that was not made yet",
      "shows an exposure a merged id's past only from the merge on",
      slowly({ merges: true }),
    ],
    [
      "a leak of time, in a small world",
      "agrees with the slow, obvious way in small world 1",
      slowly({ time: true }),
    ],
    [
      "a leak of position, in a small world",
      "agrees with the slow, obvious way in small world 2",
      slowly({ position: true }),
    ],
    [
      "a leak of identity, in a small world",
      "agrees with the slow, obvious way in small world 3",
      slowly({ merges: true }),
    ],
    [
      "outcomes from outside the window",
      "joins outcomes with their exposures within the window",
      ({ log, analytics }) => ({
        log,
        analytics: { ...analytics, exposures: ({ window: _, ...scan }) => analytics.exposures(scan) },
      }),
    ],
    [
      "outcomes of lost slates that nobody is told of",
      "joins outcomes with their exposures within the window",
      ({ log, analytics }) => ({ log, analytics: { ...analytics, lost: async () => [] } }),
    ],
    [
      "a scan that ignores its end",
      "scans what people did to items, within bounds of position and time",
      ({ log, analytics }) => ({
        log,
        analytics: { ...analytics, outcomes: ({ to: _, ...scan }) => analytics.outcomes(scan) },
      }),
    ],
    [
      "unmerged users among the most active",
      "says who and what is most active",
      ({ log, analytics }) => ({ log: { ...log, merge: async () => ({}) as never }, analytics }),
    ],
  ];
  test.each(bugs)("finds %s", (_, caughtBy, plant) =>
    expectCaught(analyticsContract(planted(make, plant)), caughtBy),
  );
});

describe("the Registry contract finds", () => {
  const make = embedded(({ registry }) => registry);
  const bugs: Bug<Registry>[] = [
    [
      "a version that is current as soon as it is put",
      "makes nothing current by itself; promotes, and rolls back step by step",
      (registry) => ({
        ...registry,
        async put(project, name, folder, about) {
          const made = await registry.put(project, name, folder, about);
          await registry.promote(project, name, made.version);
          return made;
        },
      }),
    ],
    [
      "a rollback to the version before by number",
      "makes nothing current by itself; promotes, and rolls back step by step",
      (registry) => ({
        ...registry,
        async rollback(project, name) {
          const current = await registry.current(project, name);
          return registry.promote(project, name, (current?.version ?? 2) - 1);
        },
      }),
    ],
    [
      "a folder that is referred to instead of copied",
      "keeps a copy of a folder's files as the next version",
      (registry) => {
        const folders = new Map<number, string>();
        return {
          ...registry,
          async put(project, name, folder, about) {
            const made = await registry.put(project, name, folder, about);
            folders.set(made.version, folder);
            return made;
          },
          fetch: async (_project, _name, version) => folders.get(version)!,
        };
      },
    ],
    [
      "a writer that overwrites what somebody else changed",
      "sets overrides by version, and takes them back",
      (registry) => ({
        ...registry,
        setOverride: (project, key, value) => registry.setOverride(project, key, value),
      }),
    ],
    [
      "the removal of what is kept for rollback",
      "removes only what neither serves nor is kept for rollback, and uses no number twice",
      (registry) => ({ ...registry, remove: (...of) => registry.remove(...of).catch(() => {}) }),
    ],
    [
      "projects that share their bundles",
      "keeps projects and names apart, whatever characters they have",
      (registry) => ({
        ...registry,
        put: (_, ...of) => registry.put("one", ...of),
        fetch: (_, ...of) => registry.fetch("one", ...of),
        names: () => registry.names("one"),
      }),
    ],
  ];
  test.each(bugs)("%s", (_, caughtBy, plant) =>
    expectCaught(registryContract(planted(make, plant)), caughtBy),
  );
});
