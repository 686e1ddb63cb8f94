import type { Cell, CodedCells } from "./codes.js";
import { countSketch } from "./count-min.js";
import { distinctSketch } from "./hyperloglog.js";
import { xxHash32 } from "./xxhash.js";

/** What a column holds, whatever it says about a label. */
export interface ColumnProfile {
  column: string;
  /** Rows where there is nothing. An empty text is a value. */
  missing: number;
  /** Different values, nothing included where it occurs; exact up to 2^18, an estimate beyond. */
  cardinality: number;
  exact: boolean;
  /** Values that occur at most as often as the rare bound, among the first 30,000 values. */
  rare: number;
  /** The most frequent value and its share of the rows. */
  top: { value: Cell; share: number };
  /** The column's share of all characters. */
  memoryShare: number;
  /** Of a column whose values are numbers. */
  numbers?: { least: number; most: number; mean: number };
}

const mostExact = 2 ** 18;
const mostCounted = 30_000;

/** Collects one column's profile batch by batch, in bounded memory. */
export interface Profiler {
  add(column: CodedCells): void;
  /** `rows` of the table and its `characters`: rows before the column first appeared have nothing in it. */
  finish(column: string, rows: number, rareBound: number, characters: number): ColumnProfile;
  readonly characters: number;
  /** Equal for two columns that divide all rows alike. */
  readonly signature: string;
}

export function columnProfiler(): Profiler {
  let distinct: Set<Cell> | null = new Set();
  const sketch = lazy(distinctSketch);
  const counts = new Map<Cell, number>();
  const uncounted = lazy(countSketch);
  const top = { value: null as Cell, count: 0 };
  const numbers = numberProfile();
  let [rows, missing, characters] = [0, 0, 0];
  let signature = [0, 1];

  function addDistinct(value: Cell): void {
    if (distinct && distinct.size === mostExact && !distinct.has(value)) {
      for (const each of distinct) sketch().add(keyOf(each));
      distinct = null;
    }
    if (distinct) distinct.add(value);
    else sketch().add(keyOf(value));
  }

  function count(value: Cell, times: number): void {
    const before = counts.get(value);
    let total = times;
    if (before !== undefined || counts.size < mostCounted) {
      total += before ?? 0;
      counts.set(value, total);
    } else total = uncounted().add(keyOf(value), times);
    if (total > top.count) Object.assign(top, { value, count: total });
  }

  return {
    get characters() {
      return characters;
    },
    get signature() {
      return signature.join();
    },
    add(column) {
      rows += column.codes.length;
      const bytes = new Uint8Array(column.codes.buffer, column.codes.byteOffset, column.codes.byteLength);
      signature = signature.map((hash) => xxHash32(bytes, hash));
      column.values.forEach((value, code) => {
        const times = column.counts[code]!;
        addDistinct(value);
        count(value, times);
        if (value === null) missing += times;
        else {
          characters += value.length * times;
          numbers.add(value, times);
        }
      });
    },
    finish(column, tableRows, rareBound, tableCharacters) {
      if (rows < tableRows) {
        addDistinct(null);
        count(null, tableRows - rows);
      }
      let rare = 0;
      for (const each of counts.values()) if (each <= rareBound) rare++;
      const found = numbers.finish();
      return {
        column,
        missing: missing + tableRows - rows,
        cardinality: distinct ? distinct.size : sketch().estimate(),
        exact: distinct !== null,
        rare,
        top: { value: top.value, share: Math.min(1, top.count / tableRows) },
        memoryShare: tableCharacters === 0 ? 0 : characters / tableCharacters,
        ...(found && { numbers: found }),
      };
    },
  };
}

/** Texts as they are, and nothing as what no text is. */
function keyOf(value: Cell): string {
  return value ?? "\u0000nothing";
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function numberProfile() {
  let [least, most, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  let onlyNumbers = true;
  return {
    add(value: string, times: number): void {
      const number = value.trim() === "" ? Number.NaN : Number(value);
      if (!Number.isFinite(number)) onlyNumbers = false;
      if (!onlyNumbers) return;
      least = Math.min(least, number);
      most = Math.max(most, number);
      sum += number * times;
      count += times;
    },
    finish: () => (onlyNumbers && count > 0 ? { least, most, mean: sum / count } : null),
  };
}
