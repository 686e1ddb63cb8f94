import { HeedError } from "../../core/errors.js";
import { checkFinite, checkPaired } from "../check-numbers.js";
import { mean } from "../mean.js";
import { type BootstrapOptions, bootstrap, type Interval } from "../statistics/bootstrap.js";
import { userRatio } from "./ratio.js";

/** Clicks over impressions, each counted per user. */
export function clickThroughRate(clicks: ArrayLike<number>, impressions: ArrayLike<number>): Interval {
  return userRatio({ numerator: clicks, denominator: impressions });
}

/** Conversions over clicks, each counted per user. */
export function conversionRate(conversions: ArrayLike<number>, clicks: ArrayLike<number>): Interval {
  return userRatio({ numerator: conversions, denominator: clicks });
}

/** Revenue over sessions, each summed per user; in the currency of the revenue. */
export function revenuePerSession(revenue: ArrayLike<number>, sessions: ArrayLike<number>): Interval {
  return userRatio({ numerator: revenue, denominator: sessions });
}

/** Gross merchandise value: the sum of price times quantity over orders, before returns. */
export function grossMerchandiseValue(prices: ArrayLike<number>, quantities: ArrayLike<number>): number {
  checkPaired("grossMerchandiseValue", { prices, quantities });
  checkFinite("grossMerchandiseValue", "prices", prices);
  checkFinite("grossMerchandiseValue", "quantities", quantities);
  let total = 0;
  for (let i = 0; i < prices.length; i++) total += prices[i]! * quantities[i]!;
  return total;
}

/** Mean dwell time per user, in the unit given, with a bootstrap interval over users. */
export function meanDwell(dwellPerUser: ArrayLike<number>, options?: BootstrapOptions): Interval {
  return bootstrap(dwellPerUser, options);
}

/** The share of users who took something up at all: 1 or 0 a user. */
export function adoptionRate(adopted: ArrayLike<number>, options?: BootstrapOptions): Interval {
  checkFlags("adoptionRate", "adopted", adopted);
  return bootstrap(adopted, options);
}

/** Of the users active in a first period, the share active in a later one: 1 or 0 a user each. */
export function retentionRate(
  first: ArrayLike<number>,
  later: ArrayLike<number>,
  options?: BootstrapOptions,
): Interval {
  checkPaired("retentionRate", { first, later });
  checkFlags("retentionRate", "first", first);
  checkFlags("retentionRate", "later", later);
  if (mean(first) === 0)
    throw new HeedError(
      "metric",
      "retentionRate: nobody was active in the first period",
      "take an earlier period",
    );
  return bootstrap(
    Array.from(later).filter((_, i) => first[i] === 1),
    options,
  );
}

function checkFlags(metric: string, called: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0 || values[i] === 1) continue;
    throw new HeedError("metric", `${metric}: ${called}[${i}] is ${values[i]}`, "give 1 or 0 for each user");
  }
}
