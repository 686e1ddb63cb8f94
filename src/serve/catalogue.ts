import { ragged, type SequenceColumn } from "../data/index.js";
import type { CatalogueItem, EventStore } from "../store/event-store.js";

/** Items by id and by name, and what every person has done, kept in step with the store. */
export interface Catalogue {
  /** By item id from 1; place 0 is unused. */
  items: CatalogueItem[];
  idOf(item: string): number | undefined;
  /** Item ids in time order. */
  history(user: string): Int32Array;
  /** Takes in one outcome; an item nobody described yet joins the catalogue for the next training. */
  record(user: string, item: string): void;
  forget(user: string): void;
}

export async function loadCatalogue(store: EventStore): Promise<Catalogue> {
  const described = await store.items();
  const items: CatalogueItem[] = [{ item: "", title: "", genres: [] }, ...described];
  const ids = new Map(items.map(({ item }, id) => [item, id]));
  const histories = new Map<string, number[]>();
  const record = (user: string, item: string) => {
    const id = ids.get(item);
    if (id === undefined || id === 0) return;
    const list = histories.get(user);
    if (list) list.push(id);
    else histories.set(user, [id]);
  };
  for (const { user, item } of await store.outcomes()) record(user, item);
  return {
    items,
    idOf: (item) => ids.get(item) || undefined,
    history: (user) => Int32Array.from(histories.get(user) ?? []),
    record,
    forget: (user) => {
      histories.delete(user);
    },
  };
}

/** Histories up to a cut, and each person's first new item in the two periods after it. */
export interface TimeSplit {
  train: SequenceColumn;
  validation: Target[];
  test: Target[];
}

export interface Target {
  history: Int32Array;
  target: number;
}

/**
 * The latest tenth of all events is the test period, the tenth before it validation. A target is the first item in
 * the period that the person has not had before; the history is everything earlier. Items first seen later stay unknown.
 */
export function splitOutcomes(outcomes: readonly { user: string; item: number }[], items: number): TimeSplit {
  const first = Math.floor(outcomes.length * 0.8);
  const second = Math.floor(outcomes.length * 0.9);
  const histories = (end: number) => {
    const lists = new Map<string, number[]>();
    for (const { user, item } of outcomes.slice(0, end)) {
      const list = lists.get(user);
      if (list) list.push(item);
      else lists.set(user, [item]);
    }
    return lists;
  };
  const targets = (from: number, to: number): Target[] => {
    const known = histories(from);
    const found = new Map<string, Target>();
    for (const { user, item } of outcomes.slice(from, to)) {
      const history = known.get(user) ?? [];
      if (!found.has(user) && history.length > 0 && !history.includes(item)) {
        found.set(user, { history: Int32Array.from(history), target: item });
      }
    }
    return [...found.values()];
  };
  return {
    train: ragged([...histories(first).values()], items + 1),
    validation: targets(first, second),
    test: targets(second, outcomes.length),
  };
}
