import type { HeedEvent } from "../../src/events/event.js";
import type { Item } from "../../src/serve/heed.js";
import type { Insight, Shown } from "../../src/serve/insight.js";

/** What an insight is worked out from: a project's events, oldest first, and its items. */
export type Look = (project?: string) => { events: HeedEvent[]; items: Item[] };

/** Insight the obvious way: every question walks all events. */
export function memoryInsight(look: Look): Insight {
  const exposures = (project?: string) => {
    const { events } = look(project);
    return events.flatMap((event) =>
      event.action !== "impression" || !event.items
        ? []
        : event.items.map((entry) => ({
            ...entry,
            surface: event.surface,
            slate: event.slate,
            outcomes: events
              .filter(
                ({ item, slate }) => item === entry.item && slate !== undefined && slate === event.slate,
              )
              .map(({ action }) => action),
          })),
    );
  };
  const sum = (rows: ReturnType<typeof exposures>): Shown => {
    const outcomes: Record<string, number> = {};
    for (const row of rows)
      for (const action of new Set(row.outcomes)) outcomes[action] = (outcomes[action] ?? 0) + 1;
    return { shown: rows.length, explored: rows.filter(({ propensity }) => propensity < 1).length, outcomes };
  };
  return {
    async actions({ project, steps = 100, ...bounds } = {}) {
      const { events } = look(project);
      const times = events.map(({ time }) => Date.parse(time)).sort((a, b) => a - b);
      const [first = null, last = null] = [times.at(0), times.at(-1)];
      const { from = first ?? 0, to = (last ?? 0) + 1 } = bounds;
      const step = Math.max(1, to - from) / steps;
      const actions = [...new Set(events.map(({ action }) => action))].map((action) => {
        const counts = new Array<number>(steps).fill(0);
        for (const event of events) {
          const at = Date.parse(event.time);
          if (event.action === action && at >= from && at < to) counts[Math.floor((at - from) / step)]! += 1;
        }
        return { action, count: counts.reduce((total, one) => total + one, 0), counts };
      });
      return { from, to, step, first, last, actions };
    },
    async surfaces({ project } = {}) {
      const rows = exposures(project).filter(({ surface }) => surface === "home");
      const slates = new Set(rows.map(({ slate }) => slate)).size;
      return [{ name: "home", slates, ...sum(rows), pipeline: { limit: 10 } }];
    },
    async exposure(item, { project } = {}) {
      const rows = exposures(project).filter((row) => row.item === item);
      const positions = [...new Set(rows.map(({ position }) => position))].sort((a, b) => a - b);
      return {
        ...sum(rows),
        positions: positions.map((position) => ({
          position,
          ...sum(rows.filter((row) => row.position === position)),
        })),
      };
    },
    async coldItems({ project } = {}) {
      const rows = exposures(project);
      const items = look(project).items.filter(({ hidden }) => !hidden);
      const cold = items.map(({ item }) => ({ item, ...sum(rows.filter((row) => row.item === item)) }));
      const { shown, explored } = sum(rows);
      return {
        items: items.length,
        neverShown: cold.filter((each) => each.shown === 0).length,
        coldBelow: 10,
        coldCount: cold.length,
        shown,
        explored,
        exploredCold: explored,
        cold: cold.map(({ item, shown: times, explored: drawn }) => ({
          item,
          shown: times,
          explored: drawn,
        })),
      };
    },
    problems: async () => [],
  };
}
