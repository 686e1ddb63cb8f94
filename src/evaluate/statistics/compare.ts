import { HeedError, nearest } from "../../core/errors.js";
import { type Interval, pairedBootstrap } from "./bootstrap.js";
import { adjust, type Correction } from "./corrections.js";
import { pairedRandomisation, pairedT } from "./paired.js";

export interface CompareOptions {
  /** The system all others are held against. */
  baseline: string;
  /** The default is "randomisation". */
  test?: "randomisation" | "t";
  /** The default is "holm". */
  correction?: Correction;
  /** The default is 0.05. */
  level?: number;
  seed?: number;
}

/** One system against the baseline. */
export interface Comparison {
  system: string;
  /** Mean difference system - baseline with its bootstrap interval, not corrected for several comparisons. */
  difference: Interval;
  p: number;
  /** The p value corrected for all comparisons of the call. */
  adjusted: number;
  significant: boolean;
  method: string;
  /** Users both have a value for; those for whom either is NaN are left out. */
  n: number;
}

/** Every system held against a baseline over the same users, p values corrected for how many comparisons that is. */
export function compareSystems(
  perUser: Readonly<Record<string, ArrayLike<number>>>,
  { baseline, test = "randomisation", correction = "holm", level = 0.05, seed = 1 }: CompareOptions,
): Comparison[] {
  const base = perUser[baseline];
  const names = Object.keys(perUser);
  if (!base) {
    const near = nearest(baseline, names);
    const known = `the systems are ${names.join(", ")}`;
    throw new HeedError(
      "metric",
      `there is no system "${baseline}"`,
      near ? `did you mean "${near}"? ${known}` : known,
    );
  }
  const found = names
    .filter((name) => name !== baseline)
    .map((system) => {
      const values = perUser[system]!;
      if (values.length !== base.length)
        throw new HeedError(
          "users",
          `${system} has ${values.length} users and ${baseline} ${base.length}`,
          "give every system's values for the same users, NaN where it has none",
        );
      const both = Array.from(base, (_, i) => i).filter(
        (i) => !Number.isNaN(base[i]) && !Number.isNaN(values[i]),
      );
      const [a, b] = [both.map((i) => values[i]!), both.map((i) => base[i]!)];
      const { p, method } = test === "t" ? pairedT(a, b) : pairedRandomisation(a, b, { seed });
      return { system, difference: pairedBootstrap(a, b, { seed }), p, method, n: both.length };
    });
  const adjusted = adjust(
    found.map(({ p }) => p),
    correction,
  );
  return found.map((row, i) => ({
    ...row,
    adjusted: adjusted[i]!,
    significant: adjusted[i]! <= level,
    method: `${row.method}, ${correction} over ${found.length}`,
  }));
}
