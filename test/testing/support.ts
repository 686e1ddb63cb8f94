import { expect } from "vitest";
import type { Coded, CounterColumns, Examples } from "../../src/store/index.js";
import type { ContractCase, ExampleRow, Make } from "../../src/testing/index.js";
import { runContract } from "../../src/testing/index.js";

/** The subjects of `make` with a bug planted in them, after a restart too. */
export function planted<T>(make: Make<T>, plant: (subject: T) => T): Make<T> {
  return async () => {
    const { subject, reopen, close } = await make();
    const kept = reopen ? { reopen: async () => plant(await reopen()) } : {};
    return { subject: plant(subject), ...kept, close };
  };
}

/** Demands that the case with this name fails. */
export async function expectCaught(cases: readonly ContractCase[], name: string): Promise<void> {
  const chosen = cases.filter((each) => each.name === name);
  expect(chosen, `the contract has a case "${name}"`).toHaveLength(1);
  expect((await runContract(chosen)).map((failure) => failure.name)).toEqual([name]);
}

/** Rows as columns: the other way round than `exampleRows`. */
export function toExamples(rows: readonly ExampleRow[]): Examples {
  const offsets = new Float64Array(rows.length);
  const lengths = new Int32Array(rows.length);
  const history = rows.flatMap((row) => row.history);
  rows.reduce((offset, row, i) => {
    offsets[i] = offset;
    lengths[i] = row.history.length;
    return offset + row.history.length;
  }, 0);
  return {
    length: rows.length,
    position: Float64Array.from(rows, (row) => row.position),
    at: Float64Array.from(rows, (row) => row.at),
    user: coded(rows.map((row) => row.user)),
    slate: coded(rows.map((row) => row.slate)),
    surface: coded(rows.map((row) => row.surface)),
    model: coded(rows.map((row) => row.model)),
    item: coded(rows.map((row) => row.item)),
    rank: Int32Array.from(rows, (row) => row.rank),
    propensity: Float64Array.from(rows, (row) => row.propensity),
    outcomes: byAction(rows, "outcomes", (cells) => ({
      count: Int32Array.from(cells, ({ count }) => count),
      sum: Float64Array.from(cells, ({ sum }) => sum),
    })),
    history: {
      offsets,
      lengths,
      item: coded(history.map(({ item }) => item)),
      action: coded(history.map(({ action }) => action)),
      at: Float64Array.from(history, ({ at }) => at),
      value: Float64Array.from(history, ({ value }) => value ?? Number.NaN),
    },
    userCounters: byAction(rows, "userCounters", counterColumns),
    itemCounters: byAction(rows, "itemCounters", counterColumns),
  };
}

function counterColumns(
  cells: readonly { count: number; sum: number; last: number | null }[],
): CounterColumns {
  return {
    count: Int32Array.from(cells, ({ count }) => count),
    sum: Float64Array.from(cells, ({ sum }) => sum),
    last: Float64Array.from(cells, ({ last }) => last ?? Number.NaN),
  };
}

function byAction<K extends "outcomes" | "userCounters" | "itemCounters", T>(
  rows: readonly ExampleRow[],
  field: K,
  columns: (cells: ExampleRow[K][string][]) => T,
): Record<string, T> {
  const actions = Object.keys(rows[0]?.[field] ?? {});
  return Object.fromEntries(
    actions.map((action) => [
      action,
      columns(rows.map((row) => row[field][action] as ExampleRow[K][string])),
    ]),
  );
}

function coded(values: readonly (string | null)[]): Coded {
  const known = [...new Set(values.filter((value) => value !== null))];
  return {
    codes: Int32Array.from(values, (value) => (value === null ? -1 : known.indexOf(value))),
    values: known,
  };
}
