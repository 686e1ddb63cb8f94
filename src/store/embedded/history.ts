import type { Counter, Counters, HistoryEntry, HistoryOptions } from "../online-store.js";

/** One user's newest acts in order of (at, position), in flat arrays: 40 bytes an act. */
export interface History {
  /** Position, time and value of each act in turn; NaN is no value. */
  numbers: number[];
  /** Action and item of each act in turn. */
  names: (string | null)[];
}

export function createHistory(): History {
  return { numbers: [], names: [] };
}

export function historyLength({ names }: History): number {
  return names.length / 2;
}

/** Puts an act in its place and keeps at most `2 * limit`; returns by how many acts the history grew. */
export function addToHistory(
  history: History,
  limit: number,
  position: number,
  at: number,
  value: number,
  action: string,
  item: string | null,
): number {
  const { numbers, names } = history;
  const length = names.length / 2;
  let place = length;
  while (place > 0 && isLater(numbers, place - 1, at, position)) place--;
  if (place === length) {
    numbers.push(position, at, value);
    names.push(action, item);
  } else {
    numbers.splice(place * 3, 0, position, at, value);
    names.splice(place * 2, 0, action, item);
  }
  if (length + 1 < limit * 2) return 1;
  history.numbers = numbers.slice(-limit * 3);
  history.names = names.slice(-limit * 2);
  return limit - length;
}

function isLater(numbers: readonly number[], index: number, at: number, position: number): boolean {
  const time = numbers[index * 3 + 1]!;
  return time > at || (time === at && numbers[index * 3]! > position);
}

/** The newest acts of a history, at most `limit`, oldest first. */
export function historyEntries(
  { numbers, names }: History,
  kept: number,
  options: HistoryOptions = {},
): HistoryEntry[] {
  const wanted = options.actions;
  const limit = Math.min(options.limit ?? kept, kept);
  const length = names.length / 2;
  const from = Math.max(0, length - kept);
  const found: HistoryEntry[] = [];
  for (let i = length - 1; i >= from && found.length < limit; i--) {
    const action = names[i * 2]!;
    if (wanted && !wanted.includes(action)) continue;
    const value = numbers[i * 3 + 2]!;
    found.push({
      position: numbers[i * 3]!,
      at: numbers[i * 3 + 1]!,
      action,
      item: names[i * 2 + 1]!,
      value: Number.isNaN(value) ? null : value,
    });
  }
  return found.reverse();
}

/** Counters by action, in flat arrays. */
export interface CounterTable {
  actions: string[];
  /** Count, sum and latest time of each action in turn. */
  numbers: number[];
}

/** Actions counted apart for one user or item; what comes after is counted as "other". */
export const actionsPerTable = 64;
export const otherAction = "other";

export function createCounters(): CounterTable {
  return { actions: [], numbers: [] };
}

/** Adds `count` events with a sum of values, the latest at a time; a negative count takes them back. */
export function count(table: CounterTable, action: string, count: number, sum: number, last: number): void {
  let index = table.actions.indexOf(action);
  if (index === -1 && table.actions.length >= actionsPerTable) index = table.actions.indexOf(otherAction);
  if (index === -1) {
    if (count < 0) return;
    const full = table.actions.length >= actionsPerTable;
    table.actions.push(full ? otherAction : action);
    table.numbers.push(count, sum, last);
    return;
  }
  const { numbers } = table;
  const at = index * 3;
  numbers[at] = numbers[at]! + count;
  numbers[at + 1] = numbers[at + 1]! + sum;
  if (last > numbers[at + 2]!) numbers[at + 2] = last;
}

/** What a table holds; actions whose events were all taken back are absent. */
export function countersOf({ actions, numbers }: CounterTable): Counters {
  const counters: Record<string, Counter> = Object.create(null);
  for (let i = 0; i < actions.length; i++) {
    const count = numbers[i * 3]!;
    if (count > 0) counters[actions[i]!] = { count, sum: numbers[i * 3 + 1]!, last: numbers[i * 3 + 2]! };
  }
  return counters;
}
