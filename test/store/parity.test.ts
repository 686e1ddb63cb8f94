import { expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { acceptEvents } from "../../src/events/index.js";
import { mergeUser } from "../../src/store/index.js";
import { exampleRows } from "../../src/testing/index.js";
import { openedIn } from "./support.js";

/** What a decision reads from online state is what the example made from its exposure has, to the last digit. */
test("features read while serving are the features of the examples made later", async () => {
  const { store, close } = await openedIn();
  const draw = random(7, "parity");
  const actions = ["view", "click", "dwell"];
  const served: object[] = [];
  let clock = Date.parse("2026-05-04T10:00:00Z");
  let made = 0;
  const accept = (bodies: unknown[]) =>
    acceptEvents(bodies, { project: "p", now: clock, newId: () => `made-${++made}` }).events;
  try {
    for (let i = 0; i < 150; i++) {
      clock += draw.integer(5_000);
      const user = `u${draw.integer(6)}`;
      if (draw.uniform() < 0.04)
        await mergeUser(store, "p", `u${draw.integer(6)}`, `u${draw.integer(6)}`).catch(() => {});
      if (draw.uniform() < 0.6) {
        // What comes in may be late by up to a minute.
        const time = new Date(clock - draw.integer(60_000)).toISOString();
        const action = actions[draw.integer(3)]!;
        const value = draw.uniform() < 0.5 ? { value: draw.uniform() } : {};
        await store.log.append(accept([{ user, action, item: `i${draw.integer(4)}`, time, ...value }]));
        continue;
      }
      const items = [0, 1].map((k) => ({ item: `i${draw.integer(4)}`, position: k + 1, propensity: 0.5 }));
      const history = await store.online.history("p", user, { limit: 20, actions: ["view", "dwell"] });
      const [counters] = await store.online.counters("p", "user", [user]);
      const ofItems = await store.online.counters(
        "p",
        "item",
        items.map(({ item }) => item),
      );
      served.push(
        ...items.map(({ item }, k) => ({
          item,
          history: history.map(({ position: _, ...entry }) => entry),
          userCounters: pick(counters!, actions),
          itemCounters: pick(ofItems[k]!, ["view", "impression"]),
        })),
      );
      await store.log.append(accept([{ user, action: "impression", slate: `s${i}`, items }]));
    }
    const rows = exampleRows(
      await store.analytics.examples({
        project: "p",
        history: 20,
        historyActions: ["view", "dwell"],
        userCounters: actions,
        itemCounters: ["view", "impression"],
      }),
    );
    expect(served.length).toBeGreaterThan(60);
    expect(
      rows.map(({ item, history, userCounters, itemCounters }) => ({
        item,
        history,
        userCounters,
        itemCounters,
      })),
    ).toEqual(served);
  } finally {
    await close();
  }
});

function pick(
  counters: Readonly<Record<string, { count: number; sum: number; last: number }>>,
  actions: string[],
) {
  return Object.fromEntries(
    actions.map((action) => [action, counters[action] ?? { count: 0, sum: 0, last: null }]),
  );
}
