import { HeedError } from "../../core/errors.js";
import { type Random, random } from "../../core/random.js";

/** One setting to search over: a list of values, or a range of numbers. */
export type Dimension =
  | { values: readonly (number | string | boolean)[] }
  | {
      from: number;
      to: number;
      /** "log" draws and steps evenly in the logarithm: learning rates, penalties. The default is "linear". */
      scale?: "linear" | "log";
      /** Rounds to whole numbers. */
      whole?: boolean;
      /** How many values of the range a grid takes, its ends included. */
      steps?: number;
    };

export type SearchSpace = Readonly<Record<string, Dimension>>;

/** Settings of one trial, by the names of the space. */
export type Settings = Readonly<Record<string, number | string | boolean>>;

/** Refuses a space without settings, a list without values, a range upside down or, on a log scale, not above 0. */
export function checkSpace(space: SearchSpace): void {
  if (Object.keys(space).length === 0)
    throw new HeedError("search", "the search space has no settings", "name at least one");
  for (const [name, dimension] of Object.entries(space)) {
    if ("values" in dimension) {
      if (dimension.values.length > 0) continue;
      throw new HeedError("search", `${name} has no values`, "list at least one");
    }
    const { from, to, scale = "linear" } = dimension;
    if (!(Number.isFinite(from) && Number.isFinite(to) && from < to))
      throw new HeedError(
        "search",
        `${name} runs from ${from} to ${to}`,
        "give two finite numbers, the smaller first",
      );
    if (scale === "log" && from <= 0)
      throw new HeedError(
        "search",
        `${name} runs from ${from} on a log scale`,
        "start above 0, or scale linearly",
      );
  }
}

/** The settings of a random trial: they depend on the seed and the trial's number alone. */
export function drawSettings(space: SearchSpace, seed: number, trial: number): Settings {
  return settingsOf(space, (dimension, name) => {
    const source: Random = random(seed, "search", trial, name);
    if ("values" in dimension) return dimension.values[source.integer(dimension.values.length)]!;
    return between(dimension, source.uniform());
  });
}

/** Every combination of a grid, the last setting changing fastest. A range needs `steps`. */
export function gridSettings(space: SearchSpace): Settings[] {
  let found: Settings[] = [{}];
  for (const [name, dimension] of Object.entries(space)) {
    const values = gridValues(name, dimension);
    found = found.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value })));
    if (found.length > 100_000)
      throw new HeedError(
        "search",
        "the grid has more than 100,000 trials",
        "take fewer values, or search at random",
      );
  }
  return found;
}

function gridValues(name: string, dimension: Dimension): readonly (number | string | boolean)[] {
  if ("values" in dimension) return dimension.values;
  const { steps } = dimension;
  if (steps === undefined || !(Number.isInteger(steps) && steps >= 2))
    throw new HeedError(
      "search",
      `${name} is a range of ${steps} steps`,
      "give a grid 2 steps or more, or values",
    );
  const values = Array.from({ length: steps }, (_, i) => between(dimension, i / (steps - 1)));
  return [...new Set(values)];
}

function settingsOf(
  space: SearchSpace,
  value: (dimension: Dimension, name: string) => Settings[string],
): Settings {
  return Object.fromEntries(Object.entries(space).map(([name, dimension]) => [name, value(dimension, name)]));
}

function between(range: Exclude<Dimension, { values: unknown }>, share: number): number {
  const { from, to, scale = "linear", whole = false } = range;
  const value =
    share === 1
      ? to
      : scale === "log"
        ? Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)))
        : from + share * (to - from);
  return whole ? Math.round(value) : value;
}
