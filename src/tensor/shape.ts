import { HeedError } from "../core/errors.js";

/**
 * One axis length: a number, or a product of symbols known only when the graph runs ("batch", "50*batch").
 * Symbolic products are kept in one canonical spelling, so that equal lengths are equal strings.
 */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** Splits a dimension into its numeric factor and its symbols: "50*batch" -> { factor: 50, symbols: ["batch"] }. */
export function factors(dimension: Dimension): { factor: number; symbols: string[] } {
  if (typeof dimension === "number") return { factor: dimension, symbols: [] };
  let factor = 1;
  const symbols: string[] = [];
  for (const part of dimension.split("*")) {
    const value = Number(part);
    if (Number.isNaN(value)) symbols.push(part);
    else factor *= value;
  }
  return { factor, symbols };
}

function spell(factor: number, symbols: string[]): Dimension {
  if (symbols.length === 0 || factor === 0) return factor;
  const product = symbols.toSorted().join("*");
  return factor === 1 ? product : `${factor}*${product}`;
}

/** The product of dimensions: the number of elements when given a whole shape. */
export function product(dimensions: Shape): Dimension {
  let factor = 1;
  const symbols: string[] = [];
  for (const dimension of dimensions) {
    const part = factors(dimension);
    factor *= part.factor;
    symbols.push(...part.symbols);
  }
  return spell(factor, symbols);
}

/** `whole / part` when it divides evenly, else null. */
export function quotient(whole: Dimension, part: Dimension): Dimension | null {
  const a = factors(whole);
  const b = factors(part);
  if (b.factor === 0 || a.factor % b.factor !== 0) return null;
  const rest = [...a.symbols];
  for (const symbol of b.symbols) {
    const at = rest.indexOf(symbol);
    if (at < 0) return null;
    rest.splice(at, 1);
  }
  return spell(a.factor / b.factor, rest);
}

/** The sum of dimensions: numbers, or multiples of the same symbols; null for "batch" plus 1. */
export function total(dimensions: Shape): Dimension | null {
  let sum = 0;
  let unit: string[] | null = null;
  for (const dimension of dimensions) {
    const { factor, symbols } = factors(dimension);
    if (factor === 0) continue;
    if (unit !== null && unit.join() !== symbols.join()) return null;
    unit = symbols;
    sum += factor;
  }
  return spell(sum, unit ?? []);
}

/** The shape of an input or constant: whole numbers from 0 and symbols such as "batch" or "2*batch". */
export function checkShape(op: string, shape: Shape): void {
  const wrong = shape.find((length) =>
    typeof length === "number"
      ? !(Number.isInteger(length) && length >= 0)
      : !/^(\d+\*)?[A-Za-z_]\w*$/.test(length),
  );
  if (wrong === undefined) return;
  throw shapeError(
    op,
    `shape ${formatShape(shape)}`,
    'each length must be a whole number from 0, or a symbol such as "batch"',
  );
}

/** A count that an op or layer is given (a size, a stride, a window): a whole number from `lowest`. */
export function checkCount(op: string, name: string, value: number, lowest = 1): number {
  if (Number.isInteger(value) && value >= lowest) return value;
  throw shapeError(op, `${name} is ${value}`, `give a whole number from ${lowest}`);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** An error raised while a graph is being written: which op, what it saw, what it expects. */
export function shapeError(op: string, seen: string, expected: string): HeedError {
  return new HeedError("shape", `${op}: ${seen}`, expected);
}

/** NumPy broadcasting over symbolic shapes: axes align at the end, lengths agree or one of them is 1. */
export function broadcast(op: string, a: Shape, b: Shape): Dimension[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw shapeError(
      op,
      `shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast (${left} against ${right})`,
      "aligned at the end, each pair of lengths must be equal or one of them 1; unsqueeze or reshape one side",
    );
  });
}

/** Turns a possibly negative axis into 0..rank-1. */
export function axisOf(op: string, axis: number, shape: Shape): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(resolved) || resolved < 0 || resolved >= shape.length) {
    throw shapeError(
      op,
      `axis ${axis} does not exist in shape ${formatShape(shape)}`,
      shape.length === 0
        ? "a scalar has no axes"
        : `use an axis from ${-shape.length} to ${shape.length - 1}`,
    );
  }
  return resolved;
}

/** The length of an axis that must be a plain number (kernel sizes, constant tables). */
export function fixed(op: string, dimension: Dimension | undefined): number {
  if (typeof dimension === "number") return dimension;
  throw shapeError(
    op,
    `length "${dimension}" is symbolic`,
    "this op needs a length known when the graph is written",
  );
}
