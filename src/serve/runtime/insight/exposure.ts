import type { Exposures } from "../../../store/index.js";
import type { Shown } from "../../insight.js";

/** The outcomes that are counted beside what was shown. */
export const outcomeActions = ["click", "view", "dwell", "cart", "purchase", "like", "rate"] as const;

/** What was shown in a project, added up once for every question about it. */
export interface ExposureSums {
  all: Shown;
  surfaces: ReadonlyMap<string, Shown & { slates: number }>;
  items: ReadonlyMap<string, Shown & { positions: Map<number, Shown> }>;
}

/** Adds up exposures by surface, by item, and by the item's position. */
export function sumExposures(exposures: Exposures): ExposureSums {
  const { length, slate, surface, item, rank, propensity, outcomes } = exposures;
  const all = nothingShown();
  const surfaces = new Map<string, Shown & { slates: number }>();
  const items = new Map<string, Shown & { positions: Map<number, Shown> }>();
  for (let i = 0; i < length; i++) {
    const name = surface.values[surface.codes[i]!];
    const sums = [all];
    if (name !== undefined) {
      const place = entryOf(surfaces, name, () => ({ ...nothingShown(), slates: 0 }));
      if (i === 0 || slate.codes[i] !== slate.codes[i - 1]) place.slates++;
      sums.push(place);
    }
    const shownItem = entryOf(items, item.values[item.codes[i]!]!, () => ({
      ...nothingShown(),
      positions: new Map<number, Shown>(),
    }));
    sums.push(shownItem, entryOf(shownItem.positions, rank[i]!, nothingShown));
    for (const sum of sums) {
      sum.shown++;
      if (propensity[i]! < 1) sum.explored++;
      for (const action of outcomeActions)
        if (outcomes[action]!.count[i]! > 0) sum.outcomes[action] = (sum.outcomes[action] ?? 0) + 1;
    }
  }
  return { all, surfaces, items };
}

export function nothingShown(): Shown {
  return { shown: 0, explored: 0, outcomes: {} };
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
