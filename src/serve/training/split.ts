import { ragged, type SequenceColumn } from "../../data/index.js";
import type { Target } from "../../models/index.js";

/** One person's first new item in a period, and everything they had before the period. */
export interface PersonTarget extends Target {
  user: number;
}

/** Histories up to a cut, and the targets of the two periods after it. */
export interface TimeSplit {
  train: SequenceColumn;
  validation: PersonTarget[];
  test: Target[];
  /** Histories over the whole time, for models that are fitted once more before they serve. */
  everything: SequenceColumn;
}

/**
 * The latest tenth of all outcomes is the test period, the tenth before it validation. A target is the first item in the
 * period that the person has not had before; the history is everything earlier. People without a past have no target.
 */
export function splitByTime(user: Int32Array, item: Int32Array, items: number): TimeSplit {
  const first = Math.floor(item.length * 0.8);
  const second = Math.floor(item.length * 0.9);
  return {
    train: historiesUpTo(first, user, item, items),
    validation: targetsOf(first, second, user, item),
    test: targetsOf(second, item.length, user, item),
    everything: historiesUpTo(item.length, user, item, items),
  };
}

function listsUpTo(end: number, user: Int32Array, item: Int32Array): Map<number, number[]> {
  const lists = new Map<number, number[]>();
  for (let i = 0; i < end; i++) {
    const list = lists.get(user[i]!);
    if (list) list.push(item[i]!);
    else lists.set(user[i]!, [item[i]!]);
  }
  return lists;
}

function historiesUpTo(end: number, user: Int32Array, item: Int32Array, items: number): SequenceColumn {
  return ragged([...listsUpTo(end, user, item).values()], items + 1);
}

function targetsOf(from: number, to: number, user: Int32Array, item: Int32Array): PersonTarget[] {
  const known = listsUpTo(from, user, item);
  const found = new Map<number, PersonTarget>();
  for (let i = from; i < to; i++) {
    const history = known.get(user[i]!);
    if (!history || found.has(user[i]!) || history.includes(item[i]!)) continue;
    found.set(user[i]!, { user: user[i]!, history: Int32Array.from(history), target: item[i]! });
  }
  return [...found.values()];
}
