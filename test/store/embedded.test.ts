import { describe, expect, test } from "vitest";
import type { HeedEvent } from "../../src/events/index.js";
import { type EmbeddedStore, eraseUser, mergeUser, type OpenOptions } from "../../src/store/index.js";
import { sampleEvent, second, smallWorld } from "../../src/testing/index.js";
import { everything, openedIn } from "./support.js";

const users = ["u0", "u1", "u2", "a0", "a1", "a2", "a3"];
const items = ["i0", "i1", "i2", "i3", "i4"];

/** All that online state says about a small world. */
async function online(store: EmbeddedStore) {
  return {
    histories: await Promise.all(users.map((user) => store.online.history("p", user))),
    shown: await Promise.all(users.map((user) => store.online.shown("p", user))),
    resolved: await Promise.all(users.map((user) => store.online.resolve("p", user))),
    users: (await store.online.counters("p", "user", users)).map((counters) => ({ ...counters })),
    items: (await store.online.counters("p", "item", items)).map((counters) => ({ ...counters })),
  };
}

async function live(store: EmbeddedStore, seed: number, size?: number): Promise<void> {
  for (const step of smallWorld(seed, size)) {
    if ("append" in step) await store.log.append(step.append);
    else await mergeUser(store, "p", step.merge.anonymous, step.merge.user).catch(() => {});
  }
}

describe("online state", () => {
  test.each([1, 2, 3])("is the same after a restart as before it, in small world %i", async (seed) => {
    const { store, reopen, close } = await openedIn({ historyLimit: 5 });
    await live(store, seed, 120);
    const before = await online(store);
    expect(before.histories.flat().length).toBeGreaterThan(5);
    expect(await online(await reopen())).toEqual(before);
    await close();
  });

  test.each([4, 5])(
    "answers the same when almost nothing fits into memory, in small world %i",
    async (seed) => {
      const roomy = await openedIn();
      const tiny = await openedIn({ onlineBytes: 1_500 });
      for (const { store } of [roomy, tiny]) await live(store, seed, 100);
      expect(await online(tiny.store)).toEqual(await online(roomy.store));
      const { online_bytes, online_evicted_users, online_evicted_items } = tiny.store.metrics();
      expect(online_bytes).toBeLessThanOrEqual(1_500);
      expect(Math.min(online_evicted_users!, online_evicted_items!)).toBeGreaterThan(3);
      // What comes in while a state is read from the log is not lost and not counted twice.
      const [before] = await tiny.store.online.counters("p", "user", ["u0"]);
      const extra = Array.from({ length: 30 }, () => sampleEvent({ user: "u0", action: "extra" }));
      const reads = extra.map(async (event) => {
        await tiny.store.log.append([event]);
        return tiny.store.online.counters("p", "user", ["u0", "u1", "u2"]);
      });
      await Promise.all(reads);
      const [after] = await tiny.store.online.counters("p", "user", ["u0"]);
      expect({ ...after }).toEqual({ ...before, extra: { count: 30, sum: 0, last: second(0) } });
      const small = await tiny.reopen({ onlineBytes: 1_500 });
      await roomy.store.log.append(extra);
      expect(await online(small)).toEqual(await online(roomy.store));
      await roomy.close();
      await tiny.close();
    },
  );

  test("forgets what retention drops, in counters too, and keeps what came in meanwhile", async () => {
    const { store, reopen, close } = await openedIn();
    await live(store, 6, 120);
    const retaining = store.log.retain(second(120));
    const meanwhile = sampleEvent({ user: "u0", item: "i0", time: second(300) });
    await Promise.all([retaining, store.log.append([meanwhile])]);
    const after = await online(store);
    expect(after.histories.flat().every(({ at }) => at >= second(120))).toBe(true);
    expect(after.histories[0]!.at(-1)!.at).toBe(second(300));
    expect(await online(await reopen())).toEqual(after);
    await close();
  });

  test("forgets an erased user for good", async () => {
    const { store, reopen, close } = await openedIn();
    await live(store, 2, 120);
    await store.online.put("p", "user", [{ id: "u0", value: { plan: "gold" } }]);
    const { users: erased } = await eraseUser(store, "p", "u0");
    const after = await online(store);
    for (const [i, user] of users.entries())
      if (erased.includes(user)) expect(after.histories[i]).toEqual([]);
    const again = await reopen();
    const { items: _, ...others } = await online(again);
    const { items: __, ...before } = after;
    expect(others).toEqual(before);
    // `last` of an item's counter may still tell when the erased user acted, until the next start.
    const counts = (state: typeof after) =>
      state.items.map((counters) =>
        Object.fromEntries(Object.entries(counters).map(([action, { count }]) => [action, count])),
      );
    expect(counts(await online(again))).toEqual(counts(after));
    expect(await again.online.get("p", "user", ["u0"])).toEqual([null]);
    await close();
  });
});

describe("the log", () => {
  test("refuses what would wait too long, keeps what it took, and goes on", async () => {
    const { store, close } = await openedIn({ queueLimit: 100 });
    const batches = Array.from({ length: 30 }, () => Array.from({ length: 20 }, () => sampleEvent()));
    const answers = await Promise.allSettled(batches.map((batch) => store.log.append(batch)));
    const refused = answers.filter((answer) => answer.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(30);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "busy" });
    const stored = batches.filter((_, i) => answers[i]!.status === "fulfilled").flat();
    expect((await everything(store)).map(({ event }) => event)).toEqual(stored);
    const again = batches.filter((_, i) => answers[i]!.status === "rejected");
    for (const batch of again) await store.log.append(batch);
    expect(await everything(store)).toHaveLength(600);
    expect(store.metrics().log_queued).toBe(0);
    await close();
  });

  test("refuses more events at once than fit into one commit", async () => {
    const { store, close } = await openedIn();
    const event = sampleEvent();
    await expect(store.log.append(new Array<HeedEvent>(100_001).fill(event))).rejects.toMatchObject({
      code: "batch",
    });
    await close();
  });

  test("forgets ids after the window, not before", async () => {
    let now = second(0);
    const options: OpenOptions = { now: () => now, idWindow: { milliseconds: 60_000 } };
    const { store, reopen, close } = await openedIn(options);
    const event = sampleEvent({ time: now });
    await store.log.append([event]);
    now += 59_000;
    expect(await store.log.append([event])).toEqual(["duplicate"]);
    const again = await reopen();
    expect(await again.log.append([event])).toEqual(["duplicate"]);
    now += 30_000;
    expect(await again.log.append([event])).toEqual([expect.any(Number)]);
    await close();
  });

  test("never gives a position twice, whatever was deleted before a restart", async () => {
    const { store, reopen, close } = await openedIn();
    await store.log.append([sampleEvent({ user: "a" }), sampleEvent({ user: "b", time: second(-10) })]);
    await store.log.merge("p", "x", "a");
    const head = await store.log.head();
    await store.log.erase("p", "a");
    await store.log.retain(second(1));
    expect(await everything(store)).toEqual([]);
    const again = await reopen();
    expect(await again.log.head()).toBe(head);
    expect(await again.log.append([sampleEvent({ user: "c" })])).toEqual([head + 1]);
    await close();
  });

  test("gives a slow follower everything, though more came in than is kept in memory", async () => {
    const { store, close } = await openedIn();
    const seen: number[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const entries of store.log.follow({ after: 0, limit: 700, signal: stop.signal })) {
        seen.push(...entries.map(({ position }) => position));
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (seen.length >= 45_000) stop.abort();
      }
    })();
    for (let i = 0; i < 45; i++) await store.log.append(Array.from({ length: 1_000 }, () => sampleEvent()));
    await following;
    expect(seen).toEqual(Array.from({ length: 45_000 }, (_, i) => i + 1));
    await close();
  });

  test("ends a follower and refuses appends when it is closed", async () => {
    const { store, close } = await openedIn();
    const following = (async () => {
      for await (const _ of store.log.follow({ after: 0 }));
      return "ended";
    })();
    await store.log.append([sampleEvent()]);
    await close();
    expect(await following).toBe("ended");
    await expect(store.log.append([sampleEvent()])).rejects.toMatchObject({ code: "closed" });
  });
});
