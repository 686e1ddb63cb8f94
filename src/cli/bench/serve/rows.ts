import type { Bench, BenchRow } from "../suite.js";

/** A figure that is better the larger it is, against the least that is wanted. */
export function atLeast(bench: Bench, name: string, value: number, unit: string, wanted: number): BenchRow {
  const bound = `at least ${wanted.toLocaleString("en")} ${unit} wanted`;
  return tell(bench, { name, value, unit, bound, ratio: value / wanted, peer: null });
}

/** A figure that is better the smaller it is, against the most that is wanted. */
export function below(bench: Bench, name: string, value: number, unit: string, wanted: number): BenchRow {
  const bound = `under ${wanted.toLocaleString("en")} ${unit} wanted`;
  return tell(bench, { name, value, unit, bound, ratio: wanted / value, peer: null });
}

/** A figure that is told and held against nothing. */
export function told(bench: Bench, name: string, value: number, unit: string, about: string): BenchRow {
  return tell(bench, { name, value, unit, bound: about, ratio: null, peer: null });
}

/** Says a row to a person, and hands it on. */
export function tell(bench: Bench, row: BenchRow): BenchRow {
  const ratio = row.ratio === null ? "" : `, ${row.ratio.toFixed(2)} of it`;
  bench.say(`${row.name}: ${row.value.toPrecision(4)} ${row.unit} (${row.bound}${ratio})`);
  return row;
}
