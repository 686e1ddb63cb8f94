import { HeedError } from "../../core/errors.js";
import { checkPaired } from "../check-numbers.js";
import { mean } from "../mean.js";
import { checkLists, type RaggedLists } from "../ranking/ragged-lists.js";
import {
  type BootstrapOptions,
  bootstrap,
  type Interval,
  percentileInterval,
} from "../statistics/bootstrap.js";

/** The exposure of each group of items (providers, say) as shares of all: a place weighs 1 / log2(position + 1). */
export function groupExposure(
  { values, offsets }: RaggedLists,
  groupOfItem: ArrayLike<number>,
  groups: number,
): Float64Array {
  checkLists("lists", { values, offsets }, groupOfItem.length);
  const exposure = new Float64Array(groups);
  let total = 0;
  for (let user = 0; user < offsets.length - 1; user++) {
    for (let i = offsets[user]!; i < offsets[user + 1]!; i++) {
      const group = groupOfItem[values[i]!]!;
      if (!(group >= 0 && group < groups))
        throw new HeedError(
          "metric",
          `item ${values[i]} is of group ${group}`,
          `groups run from 0 to ${groups - 1}`,
        );
      const weight = 1 / Math.log2(i - offsets[user]! + 2);
      exposure[group]! += weight;
      total += weight;
    }
  }
  if (total === 0)
    throw new HeedError("metric", "groupExposure: nothing was recommended", "give lists with items");
  return exposure.map((weight) => weight / total);
}

/**
 * Amortised inequity of attention (Biega et al. 2018): the sum over groups of |share of exposure - share deserved|, 0 when
 * exposure follows what is deserved, at most 2. `deserved` holds any weights: relevance, catalogue size, a target.
 */
export function exposureGap(exposure: ArrayLike<number>, deserved: ArrayLike<number>): number {
  checkPaired("exposureGap", { exposure, deserved });
  const total = (values: ArrayLike<number>) => mean(values) * values.length;
  const [shown, due] = [total(exposure), total(deserved)];
  if (!(shown > 0 && due > 0))
    throw new HeedError("metric", "exposureGap: shares sum to 0", "give weights of which some are above 0");
  return Array.from(exposure).reduce(
    (gap, share, i) => gap + Math.abs(share / shown - deserved[i]! / due),
    0,
  );
}

/** A metric in two groups of users and their difference. */
export interface DemographicGap {
  first: Interval;
  second: Interval;
  /** first - second; both groups are resampled, each on its own. */
  difference: Interval;
}

/**
 * How a per-user metric differs between two groups of users, with intervals; users of other groups and those without a
 * value (NaN) are left out.
 */
export function demographicGap(
  perUser: ArrayLike<number>,
  groups: ArrayLike<number>,
  [first, second]: readonly [number, number],
  options: BootstrapOptions = {},
): DemographicGap {
  checkPaired("demographicGap", { perUser, groups });
  const of = (group: number) => {
    const values = Array.from(perUser).filter((value, i) => groups[i] === group && !Number.isNaN(value));
    if (values.length > 0) return values;
    throw new HeedError(
      "metric",
      `demographicGap: group ${group} has no values`,
      "name two groups that have users",
    );
  };
  const [a, b] = [of(first), of(second)];
  return {
    first: bootstrap(a, options),
    second: bootstrap(b, options),
    difference: percentileInterval(mean(a) - mean(b), options, (source) => {
      const drawn = (values: number[]) => {
        let total = 0;
        for (let i = 0; i < values.length; i++) total += values[source.integer(values.length)]!;
        return total / values.length;
      };
      return drawn(a) - drawn(b);
    }),
  };
}
