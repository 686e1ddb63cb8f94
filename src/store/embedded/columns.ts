import type { Coded } from "../analytics.js";

/** Columns that grow while a result is read. */
export interface NumberColumn<T extends Float64Array | Int32Array> {
  push(value: number): void;
  take(): T;
  readonly length: number;
}

export function float64Column(): NumberColumn<Float64Array> {
  return growing((length) => new Float64Array(length));
}

export function int32Column(): NumberColumn<Int32Array> {
  return growing((length) => new Int32Array(length));
}

function growing<T extends Float64Array | Int32Array>(create: (length: number) => T): NumberColumn<T> {
  let values = create(1_024);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        const larger = create(length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    take: () => values.slice(0, length) as T,
    get length() {
      return length;
    },
  };
}

export interface CodedColumn {
  push(value: unknown): void;
  take(): Coded;
}

/** Strings as codes in order of first appearance; null is -1. Columns with one `vocabulary` share their codes. */
export function codedColumn(vocabulary: Map<string, number> = new Map()): CodedColumn {
  const codes = int32Column();
  return {
    push(value) {
      if (value === null) codes.push(-1);
      else codes.push(codeOf(vocabulary, String(value)));
    },
    take: () => ({ codes: codes.take(), values: [...vocabulary.keys()] }),
  };
}

function codeOf(vocabulary: Map<string, number>, value: string): number {
  const known = vocabulary.get(value);
  if (known !== undefined) return known;
  vocabulary.set(value, vocabulary.size);
  return vocabulary.size - 1;
}
