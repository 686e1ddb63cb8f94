import { HeedError, nearest } from "../../core/errors.js";
import {
  leaveLast,
  leaveRandom,
  splitBySession,
  splitByTime,
  splitByUser,
  splitEachUser,
  splitRandom,
} from "../../data/index.js";
import type { Finding } from "../checks/findings.js";
import { checkSplit } from "../checks/splits.js";

/** How rows are split, as plain data: it can be printed beside a figure and read back. */
export type SplitProtocol =
  | { kind: "temporal"; fractions: readonly number[] }
  | { kind: "user-temporal"; fractions: readonly number[] }
  | { kind: "leave-last"; count: number }
  | { kind: "leave-random"; count: number; seed: number }
  | { kind: "random"; fractions: readonly number[]; seed: number }
  | { kind: "by-user"; fractions: readonly number[]; seed: number }
  | { kind: "by-session"; fractions: readonly number[] };

/** Columns of the rows to split; each protocol says which it needs. */
export interface RowsToSplit {
  length: number;
  users?: ArrayLike<number>;
  sessions?: ArrayLike<number>;
  times?: ArrayLike<number>;
}

const kinds = {
  temporal: (p: { fractions: readonly number[] }, rows: RowsToSplit) =>
    splitByTime(need(rows, "times"), p.fractions),
  "user-temporal": (p: { fractions: readonly number[] }, rows: RowsToSplit) =>
    splitEachUser(need(rows, "users"), need(rows, "times"), p.fractions),
  "leave-last": (p: { count: number }, rows: RowsToSplit) =>
    Object.values(leaveLast(need(rows, "users"), need(rows, "times"), p.count)),
  "leave-random": (p: { count: number; seed: number }, rows: RowsToSplit) =>
    Object.values(leaveRandom(need(rows, "users"), p.count, p.seed)),
  random: (p: { fractions: readonly number[]; seed: number }, rows: RowsToSplit) =>
    splitRandom(rows.length, p.fractions, p.seed),
  "by-user": (p: { fractions: readonly number[]; seed: number }, rows: RowsToSplit) =>
    splitByUser(need(rows, "users"), p.fractions, p.seed),
  "by-session": (p: { fractions: readonly number[] }, rows: RowsToSplit) =>
    splitBySession(need(rows, "sessions"), need(rows, "times"), p.fractions),
};

/**
 * Splits rows by a protocol into parts of row numbers: the first trains, the last tests. What is leaky about the split is
 * among the findings; pass them to `refuse`. Unknown kinds and missing columns are errors.
 */
export function splitRows(
  protocol: SplitProtocol,
  rows: RowsToSplit,
): { parts: Int32Array[]; label: string; findings: Finding[] } {
  const names = Object.keys(kinds);
  if (!names.includes(protocol.kind)) {
    const near = nearest(protocol.kind, names);
    throw new HeedError(
      "split",
      `there is no split "${protocol.kind}"`,
      near
        ? `did you mean "${near}"? The splits are ${names.join(", ")}`
        : `the splits are ${names.join(", ")}`,
    );
  }
  const split = kinds[protocol.kind] as (p: SplitProtocol, rows: RowsToSplit) => Int32Array[];
  const parts = split(protocol, rows);
  const { times, users } = rows;
  const findings = checkSplit({
    parts: { train: parts[0]!, test: parts.at(-1)! },
    ...(times && { times }),
    ...(users && { users }),
  });
  return { parts, label: describeSplit(protocol), findings: parts.length > 1 ? findings : [] };
}

/** The words that stand beside a figure: "temporal 0.8/0.2", "leave-random 1, seed 3". */
export function describeSplit(protocol: SplitProtocol): string {
  const amount = "fractions" in protocol ? protocol.fractions.join("/") : `${protocol.count}`;
  return `${protocol.kind} ${amount}${"seed" in protocol ? `, seed ${protocol.seed}` : ""}`;
}

function need(rows: RowsToSplit, column: "users" | "sessions" | "times"): ArrayLike<number> {
  const found = rows[column];
  if (!found) throw new HeedError("split", `the rows have no ${column}`, `give "${column}", one a row`);
  if (found.length === rows.length) return found;
  throw new HeedError("split", `${rows.length} rows and ${found.length} ${column}`, "give one a row");
}
