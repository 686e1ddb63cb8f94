import { HeedError } from "../core/errors.js";
import { splitByTime } from "./split.js";

/**
 * Cuts rows so that all rows of a session fall into one part, sessions in order of their first row's time, earliest
 * first. The fractions are of sessions. Rows keep their order.
 */
export function splitBySession(
  sessions: ArrayLike<number>,
  times: ArrayLike<number>,
  fractions: readonly number[],
): Int32Array[] {
  if (sessions.length !== times.length)
    throw new HeedError(
      "split",
      `${sessions.length} sessions and ${times.length} times`,
      "give both for every row",
    );
  const starts = new Map<number, number>();
  for (let row = 0; row < sessions.length; row++) {
    const start = starts.get(sessions[row]!);
    if (start === undefined || !(times[row]! >= start)) starts.set(sessions[row]!, times[row]!);
  }
  const names = [...starts.keys()].sort((a, b) => a - b);
  const partOf = new Map<number, number>();
  splitByTime(
    names.map((session) => starts.get(session)!),
    fractions,
  ).forEach((part, p) => {
    for (const at of part) partOf.set(names[at]!, p);
  });
  const rows = Int32Array.from(sessions, (_, row) => row);
  return fractions.map((_, p) => rows.filter((row) => partOf.get(sessions[row]!) === p));
}

/** How windows roll over time, in the unit of the times. */
export interface RollingWindows {
  /** How far back training reaches; Infinity (the default) for all of the past. */
  train?: number;
  /** Length of a test window. */
  test: number;
  /** How far one window lies after the one before; the default is `test`, so that no row tests twice. */
  step?: number;
  /** Start of the first test window. */
  from: number;
}

/**
 * A fold a window: rows in [start, start + test) test, rows of the `train` before it train. Windows begin at `from` and
 * go on while any row lies at or after their start; windows in which either side is empty are left out.
 */
export function rollingWindows(
  times: ArrayLike<number>,
  { train = Number.POSITIVE_INFINITY, test, step = test, from }: RollingWindows,
): { start: number; train: Int32Array; test: Int32Array }[] {
  for (const [name, value] of Object.entries({ train, test, step })) {
    if (!(value > 0)) throw new HeedError("split", `${name} is ${value}`, "give a length of time above 0");
  }
  if (!Number.isFinite(from) || !Number.isFinite(step))
    throw new HeedError("split", `from is ${from} and step ${step}`, "give times that are finite");
  const rows = Int32Array.from(times, (_, row) => row);
  const missing = rows.find((row) => Number.isNaN(times[row]));
  if (missing !== undefined)
    throw new HeedError("split", `row ${missing} has no time`, "give each row a time");
  const last = rows.reduce((latest, row) => Math.max(latest, times[row]!), Number.NEGATIVE_INFINITY);
  if ((last - from) / step > 10_000)
    throw new HeedError("split", `a step of ${step} makes more than 10,000 windows`, "give a longer step");
  const folds = [];
  for (let n = 0; from + n * step <= last; n++) {
    const start = from + n * step;
    folds.push({
      start,
      train: rows.filter((row) => times[row]! < start && times[row]! >= start - train),
      test: rows.filter((row) => times[row]! >= start && times[row]! < start + test),
    });
  }
  return folds.filter((fold) => fold.train.length > 0 && fold.test.length > 0);
}
