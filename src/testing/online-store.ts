import assert from "node:assert/strict";
import { correctedTime, type HeedEvent } from "../events/index.js";
import type { LogEntry, OnlineStore } from "../store/index.js";
import { type ContractCase, type Make, withSubject } from "./contract.js";
import { sampleEvent, second } from "./sample.js";

/** What every `OnlineStore` promises. `make` gives a fresh, empty store each time. */
export function onlineStoreContract(make: Make<OnlineStore>): ContractCase[] {
  const test = (name: string, work: Parameters<typeof withSubject<OnlineStore>>[2]) =>
    withSubject(make, name, work);
  const items = [
    { item: "x", position: 1, propensity: 0.5 },
    { item: "y", position: 2, propensity: 0.5 },
  ];
  return [
    test("keeps what a user did, in order of time, however late it came", async (online) => {
      await online.apply(
        entries([
          { action: "view", item: "x", time: second(1) },
          { action: "rate", item: "y", value: 4.5, time: second(3) },
          { action: "query", query: "boots", time: second(2), received: second(4) },
          { action: "view", item: "z", user: "v", time: second(2) },
        ]),
      );
      assert.deepEqual(await online.history("p", "u"), [
        { position: 1, at: second(1), action: "view", item: "x", value: null },
        { position: 3, at: second(2), action: "query", item: null, value: null },
        { position: 2, at: second(3), action: "rate", item: "y", value: 4.5 },
      ]);
      const positions = async (options: Parameters<OnlineStore["history"]>[2]) =>
        (await online.history("p", "u", options)).map(({ position }) => position);
      assert.deepEqual(await positions({ limit: 2 }), [3, 2]);
      assert.deepEqual(await positions({ actions: ["view", "query"] }), [1, 3]);
      assert.deepEqual(await positions({ actions: ["view", "query"], limit: 1 }), [3]);
      assert.deepEqual(await online.history("p", "nobody"), []);
      assert.deepEqual(await online.history("q", "u"), []);
      assert.equal(await online.position(), 4);
    }),
    test("keeps the newest of a long past", async (online) => {
      const many = entries(Array.from({ length: 450 }, (_, i) => ({ item: `i${i}`, time: second(i) })));
      for (let i = 0; i < many.length; i += 45) await online.apply(many.slice(i, i + 45));
      const kept = await online.history("p", "u", { limit: 50 });
      assert.deepEqual(
        kept.map(({ item }) => item),
        Array.from({ length: 50 }, (_, i) => `i${400 + i}`),
      );
      assert.equal((await online.counters("p", "user", ["u"]))[0]!.view!.count, 450);
    }),
    test("keeps what was shown apart from what was done", async (online) => {
      await online.apply(
        entries([
          { action: "impression", slate: "s", items, time: second(1) },
          { action: "click", slate: "s", item: "y", time: second(2) },
          { action: "impression", item: "z", time: second(3) },
        ]),
      );
      assert.deepEqual(
        (await online.history("p", "u")).map(({ item }) => item),
        ["y"],
      );
      assert.deepEqual(
        (await online.shown("p", "u")).map(({ item, at }) => [item, at]),
        [
          ["x", second(1)],
          ["y", second(1)],
          ["z", second(3)],
        ],
      );
      assert.deepEqual(
        (await online.shown("p", "u", 1)).map(({ item }) => item),
        ["z"],
      );
    }),
    test("counts by action, for users and for items", async (online) => {
      await online.apply(
        entries([
          { action: "impression", slate: "s", items, time: second(1) },
          { action: "dwell", item: "y", value: 1_500, time: second(5) },
          { action: "dwell", item: "y", value: 500, time: second(4) },
          { action: "dwell", item: "y", user: "v", time: second(2) },
        ]),
      );
      const [u, v, nobody] = await online.counters("p", "user", ["u", "v", "nobody"]);
      assert.deepEqual(
        { ...u },
        {
          impression: { count: 1, sum: 0, last: second(1) },
          dwell: { count: 2, sum: 2_000, last: second(5) },
        },
      );
      assert.deepEqual({ ...v }, { dwell: { count: 1, sum: 0, last: second(2) } });
      assert.deepEqual({ ...nobody }, {});
      const [x, y] = await online.counters("p", "item", ["x", "y"]);
      assert.deepEqual({ ...x }, { impression: { count: 1, sum: 0, last: second(1) } });
      assert.deepEqual(
        { ...y },
        {
          impression: { count: 1, sum: 0, last: second(1) },
          dwell: { count: 3, sum: 2_000, last: second(5) },
        },
      );
      assert.deepEqual({ ...(await online.counters("q", "item", ["x"]))[0] }, {});
    }),
    test("takes an entry in once, however often it is applied", async (online) => {
      const batch = entries([{ item: "x" }, { item: "y" }]);
      await online.apply(batch);
      await online.apply(batch);
      await online.apply(batch.slice(1));
      assert.equal((await online.history("p", "u")).length, 2);
      assert.equal((await online.counters("p", "item", ["y"]))[0]!.view!.count, 1);
    }),
    test("joins the pasts of merged ids, and what they do afterwards", async (online) => {
      await online.apply(
        entries([
          { user: "a", item: "x", time: second(1) },
          { user: "u", item: "y", time: second(2) },
          { user: "a", item: "z", time: second(3), value: 2 },
          { user: "a", action: "impression", items, time: second(4) },
        ]),
      );
      const merge = { project: "p", anonymous: "a", user: "u", position: 5 };
      await online.merge(merge);
      await online.merge(merge);
      await online.apply(entries([{ user: "a", item: "x", time: second(6) }], 6));
      for (const id of ["a", "u"]) {
        assert.equal(await online.resolve("p", id), "u");
        assert.deepEqual(
          (await online.history("p", id)).map(({ item }) => item),
          ["x", "y", "z", "x"],
        );
        assert.equal((await online.shown("p", id)).length, 2);
        const [counters] = await online.counters("p", "user", [id]);
        assert.deepEqual(counters!.view, { count: 4, sum: 2, last: second(6) });
      }
      await online.merge({ project: "p", anonymous: "u", user: "w", position: 7 });
      assert.equal(await online.resolve("p", "a"), "w");
      assert.equal((await online.history("p", "a")).length, 4);
      assert.equal(await online.resolve("q", "a"), "a");
    }),
    test("forgets an erased user, their attributes and their part in the counts of items", async (online) => {
      const batch = entries([
        { user: "u", item: "x", value: 3, time: second(1) },
        { user: "v", item: "x", value: 4, time: second(2) },
        { user: "u", action: "impression", items, time: second(3) },
        { user: "u", project: "q", item: "x" },
      ]);
      await online.apply(batch);
      await online.put("p", "user", [{ id: "u", value: { plan: "gold" } }]);
      await online.erase("p", { users: ["u"], entries: [batch[0]!, batch[2]!] });
      assert.deepEqual(await online.history("p", "u"), []);
      assert.deepEqual(await online.shown("p", "u"), []);
      assert.deepEqual({ ...(await online.counters("p", "user", ["u"]))[0] }, {});
      assert.deepEqual(await online.get("p", "user", ["u"]), [null]);
      const [x, y] = await online.counters("p", "item", ["x", "y"]);
      assert.deepEqual([x!.view!.count, x!.view!.sum, x!.impression], [1, 4, undefined]);
      assert.deepEqual({ ...y }, {});
      assert.equal((await online.history("p", "v")).length, 1);
      assert.equal((await online.history("q", "u")).length, 1);
    }),
    test("knows names that JavaScript knows", async (online) => {
      const awkward = ["__proto__", "constructor", "toString", "hasOwnProperty"];
      for (const [i, name] of awkward.entries()) {
        assert.deepEqual({ ...(await online.counters("p", "item", [name]))[0] }, {});
        await online.apply(entries([{ user: name, item: name, action: name }], i + 1));
        assert.equal((await online.history("p", name)).length, 1);
        assert.equal((await online.counters("p", "item", [name]))[0]![name]!.count, 1);
        await online.put("p", name, [{ id: name, value: { name } }]);
        assert.deepEqual(await online.get("p", name, [name]), [{ id: name, value: { name } }]);
      }
    }),
    test("puts, gets, replaces and deletes entities", async (online) => {
      const value = {
        title: "Blade Runner",
        tags: ["sf"],
        n: 0.1,
        nested: { deep: null },
        text: "é😀\u0000",
      };
      assert.deepEqual(await online.get("p", "item", ["x"]), [null]);
      await online.put("p", "item", [
        { id: "x", value },
        { id: "y", value: {} },
      ]);
      assert.deepEqual(await online.get("p", "item", ["y", "nothing", "x", "x"]), [
        { id: "y", value: {} },
        null,
        { id: "x", value },
        { id: "x", value },
      ]);
      await online.put("p", "item", [
        { id: "x", value: { title: "first" } },
        { id: "x", value: { title: "second" } },
      ]);
      assert.deepEqual(await online.get("p", "item", ["x"]), [{ id: "x", value: { title: "second" } }]);
      assert.deepEqual(await online.get("p", "user", ["x"]), [null], "another kind");
      assert.deepEqual(await online.get("q", "item", ["x"]), [null], "another project");
      assert.equal(await online.delete("p", "item", ["x", "nothing"]), 1);
      assert.deepEqual(await online.get("p", "item", ["x", "y"]), [null, { id: "y", value: {} }]);
      assert.equal(await online.delete("p", "item", ["x"]), 0);
    }),
    test("lists entities in order of id, page by page", async (online) => {
      const ids = ["b", "a", "é", "Z", "10", "9", "😀", "ﬀ"];
      await online.put(
        "p",
        "item",
        ids.map((id) => ({ id, value: {} })),
      );
      await online.put("q", "item", [{ id: "c", value: {} }]);
      const sorted = ["10", "9", "Z", "a", "b", "é", "ﬀ", "😀"];
      const list = async (options?: { after?: string; limit?: number }) =>
        (await online.list("p", "item", options)).map(({ id }) => id);
      assert.deepEqual(await list(), sorted);
      assert.deepEqual(await list({ limit: 3 }), sorted.slice(0, 3));
      assert.deepEqual(await list({ after: "Z", limit: 3 }), sorted.slice(3, 6));
      assert.deepEqual(await list({ after: "😀" }), []);
    }),
    test("changes a kind's revision with every change to its entities, and not otherwise", async (online) => {
      const seen = [await online.revision("p", "item")];
      await online.put("p", "item", [{ id: "x", value: {} }]);
      seen.push(await online.revision("p", "item"));
      await online.put("p", "item", [{ id: "x", value: { a: 1 } }]);
      seen.push(await online.revision("p", "item"));
      await online.delete("p", "item", ["x"]);
      seen.push(await online.revision("p", "item"));
      assert.equal(new Set(seen).size, seen.length);
      await online.put("p", "user", [{ id: "x", value: {} }]);
      await online.put("q", "item", [{ id: "x", value: {} }]);
      await online.delete("p", "item", ["nothing"]);
      assert.equal(await online.revision("p", "item"), seen.at(-1));
    }),
    test("puts all entities or none", async (online) => {
      const circular: Record<string, unknown> = {};
      circular.self = circular;
      await assert.rejects(
        online.put("p", "item", [
          { id: "x", value: {} },
          { id: "y", value: circular },
        ]),
      );
      assert.deepEqual(await online.get("p", "item", ["x"]), [null]);
    }),
    {
      name: "keeps entities over a restart",
      async run() {
        const { subject, reopen, close } = await make();
        try {
          if (!reopen) return;
          await subject.put("p", "item", [{ id: "x", value: { title: "t" } }]);
          const revision = await subject.revision("p", "item");
          const online = await reopen();
          assert.deepEqual(await online.get("p", "item", ["x"]), [{ id: "x", value: { title: "t" } }]);
          assert.equal(await online.revision("p", "item"), revision);
        } finally {
          await close();
        }
      },
    },
  ];
}

function entries(events: Parameters<typeof sampleEvent>[0][], from = 1): LogEntry[] {
  return events.map((fields, i) => {
    const event: HeedEvent = sampleEvent(fields);
    return { position: from + i, at: correctedTime(event), event };
  });
}
