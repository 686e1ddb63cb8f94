import { HeedError } from "../../core/errors.js";

export interface OverlapOfRankingsOptions {
  /** How much weight lower places keep, in (0, 1); the default is 0.9. */
  persistence?: number;
  /** Takes the agreement at the last common place to hold for ever after; the default is true. */
  extrapolate?: boolean;
}

/**
 * Rank-biased overlap (Webber et al. 2010) of two rankings without repeats: the agreement of their first places, weighted
 * geometrically, down to the shorter one's end. 1 for equal rankings (when extrapolated), 0 for disjoint ones.
 */
export function rankBiasedOverlap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { persistence = 0.9, extrapolate = true }: OverlapOfRankingsOptions = {},
): number {
  if (!(persistence > 0 && persistence < 1))
    throw new HeedError(
      "metric",
      `rankBiasedOverlap: persistence is ${persistence}`,
      "give a number between 0 and 1",
    );
  const depth = Math.min(a.length, b.length);
  if (depth === 0)
    throw new HeedError("metric", "rankBiasedOverlap: a ranking is empty", "give two rankings");
  const seen = { a: new Set<number>(), b: new Set<number>() };
  let common = 0;
  let total = 0;
  for (let k = 1; k <= depth; k++) {
    const [left, right] = [a[k - 1]!, b[k - 1]!];
    if (seen.a.has(left) || seen.b.has(right)) {
      throw new HeedError("metric", `rankBiasedOverlap: place ${k} repeats an item`, "rank each item once");
    }
    seen.a.add(left);
    seen.b.add(right);
    if (left === right) common++;
    else common += (seen.b.has(left) ? 1 : 0) + (seen.a.has(right) ? 1 : 0);
    total += (1 - persistence) * persistence ** (k - 1) * (common / k);
  }
  return extrapolate ? total + (common / depth) * persistence ** depth : total;
}
