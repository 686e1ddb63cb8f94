import { HeedError } from "../../core/errors.js";
import type { Finding } from "./findings.js";

/** Rows and the parts they were split into, by name; "train" and "test" must be there. */
export interface SplitToCheck {
  parts: Readonly<Record<string, ArrayLike<number>>> & { train: ArrayLike<number>; test: ArrayLike<number> };
  /** Time of each row. */
  times?: ArrayLike<number>;
  /** User of each row. */
  users?: ArrayLike<number>;
  /** Columns in which rows that are equal are the same example: user, item and time, say. */
  columns?: readonly ArrayLike<number>[];
}

/** Everything wrong with a split that can be seen from its rows. Pass the findings to `refuse`. */
export function checkSplit(split: SplitToCheck): Finding[] {
  return [...sharedRows(split), ...duplicates(split), ...future(split)];
}

function sharedRows({ parts }: SplitToCheck): Finding[] {
  const partOf = new Map<number, string>();
  const shared = new Map<string, number>();
  for (const [name, rows] of Object.entries(parts)) {
    for (let i = 0; i < rows.length; i++) {
      const other = partOf.get(rows[i]!);
      if (other !== undefined && other !== name) {
        const pair = `${other} and ${name}`;
        shared.set(pair, (shared.get(pair) ?? 0) + 1);
      }
      partOf.set(rows[i]!, name);
    }
  }
  return Array.from(shared, ([pair, count]) => ({
    code: "rows-in-two-parts",
    severity: "refusal",
    what: `${count} rows are in both ${pair}`,
    remedy: "make the parts with one call of a split",
    count,
  }));
}

function duplicates({ parts, columns }: SplitToCheck): Finding[] {
  if (!columns || columns.length === 0) return [];
  const key = (row: number) => columns.map((column) => column[row]).join(" ");
  const trained = new Set(Array.from(parts.train, key));
  return Object.entries(parts).flatMap(([name, rows]) => {
    if (name === "train") return [];
    const count = Array.from(rows).filter((row) => trained.has(key(row))).length;
    if (count === 0) return [];
    return [
      {
        code: "duplicates-across-splits",
        severity: "refusal",
        what: `${count} of ${rows.length} rows of ${name} equal a training row in all ${columns.length} columns`,
        remedy: "drop repeated rows before the split",
        count,
      } satisfies Finding,
    ];
  });
}

function future({ parts, times, users }: SplitToCheck): Finding[] {
  if (!times) return [];
  for (const rows of Object.values(parts)) {
    for (let i = 0; i < rows.length; i++) {
      if (Number.isNaN(times[rows[i]!] ?? Number.NaN))
        throw new HeedError(
          "split",
          `row ${rows[i]} has no time`,
          "give every row a time, or leave times out",
        );
    }
  }
  const latest = new Map<number, number>();
  for (const row of Array.from(parts.train)) {
    const user = users?.[row] ?? 0;
    latest.set(user, Math.max(latest.get(user) ?? Number.NEGATIVE_INFINITY, times[row]!));
  }
  const test = Array.from(parts.test);
  const own = test.filter(
    (row) => (latest.get(users?.[row] ?? 0) ?? Number.NEGATIVE_INFINITY) > times[row]!,
  ).length;
  if (own > 0) {
    return [
      {
        code: "random-split-on-timed-data",
        severity: "warning",
        what: `${own} of ${test.length} test rows happened before training rows${users ? " of the same user" : ""}`,
        remedy: "split by time: splitByTime, leaveLast or splitEachUser",
        count: own,
      },
    ];
  }
  const first = test.reduce((earliest, row) => Math.min(earliest, times[row]!), Number.POSITIVE_INFINITY);
  const count = Array.from(parts.train).filter((row) => times[row]! > first).length;
  if (count === 0) return [];
  return [
    {
      code: "future-in-training",
      severity: "warning",
      what: `${count} of ${parts.train.length} training rows are later than the first test row`,
      remedy: "where what others did later must not help, split at one time for all: splitByTime",
      count,
    },
  ];
}
