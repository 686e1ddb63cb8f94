import type { Cell } from "./codes.js";

/** Between the values of a list that became one cell. */
export const listSeparator = ";";

const deepest = 8;

/**
 * A row of a file or of the event log as cells: objects spread over columns with a dot between ("context.page"), lists of
 * plain values joined by ";", anything else as JSON. Nothing, and what is no number, is null.
 */
export function* cellsOf(
  values: Readonly<Record<string, unknown>>,
  prefix = "",
  depth = 1,
): Generator<[column: string, cell: Cell]> {
  for (const [name, value] of Object.entries(values)) {
    const column = prefix === "" ? name : `${prefix}.${name}`;
    if (isObject(value) && depth < deepest) yield* cellsOf(value, column, depth + 1);
    else yield [column, textOf(value)];
  }
}

function textOf(value: unknown): Cell {
  if (typeof value === "string") return value;
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (typeof value !== "object") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value) && value.every((each) => typeof each !== "object"))
    return value.map(String).join(listSeparator);
  return JSON.stringify(value, (_, each) => (typeof each === "bigint" ? String(each) : each));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
