import { HeedError } from "../../core/errors.js";
import { random } from "../../core/random.js";
import { checkCount, checkFinite, checkPaired } from "../check-numbers.js";
import { mean } from "../mean.js";
import { studentTwoSided } from "./student.js";

/** What a test of two systems over the same users found. */
export interface PairedTest {
  /** Mean of a - b. */
  difference: number;
  /** Two-sided: how likely a difference this large is where the systems do not differ. */
  p: number;
  /** Users. */
  n: number;
  method: string;
}

/** The differences a - b of values paired by user; NaN is refused, as in `bootstrap`. */
function differences(test: string, a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  checkPaired(test, { a, b });
  checkFinite(test, "a", a);
  checkFinite(test, "b", b);
  return Float64Array.from(a, (value, i) => value - b[i]!);
}

/** Student's paired t test. Fewer than two pairs are an error; differences that are all the same give p = 0, or 1 at 0. */
export function pairedT(a: ArrayLike<number>, b: ArrayLike<number>): PairedTest & { t: number } {
  const found = differences("pairedT", a, b);
  const n = found.length;
  if (n < 2) throw new HeedError("metric", "pairedT: one pair", "give at least two users");
  const difference = mean(found);
  const variance = found.reduce((total, value) => total + (value - difference) ** 2, 0) / (n - 1);
  const t = difference === 0 ? 0 : difference / Math.sqrt(variance / n);
  return {
    difference,
    t,
    p: studentTwoSided(t, n - 1),
    n,
    method: `paired t test, ${n - 1} degrees of freedom`,
  };
}

/**
 * Fisher's paired randomisation test: the sign of each user's difference is drawn anew, and p is the share of draws whose
 * mean is as far from 0, the data itself counted as one draw, so that p is never 0 and never too small.
 */
export function pairedRandomisation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { seed = 1, draws = 9999 }: { seed?: number; draws?: number } = {},
): PairedTest {
  const found = differences("pairedRandomisation", a, b);
  checkCount("pairedRandomisation", "draws", draws);
  const source = random(seed, "randomisation");
  const sum = found.reduce((total, value) => total + value, 0);
  // A little less than the sum, so that the rounding of a sum in another order does not miss an equal one.
  const reach = Math.abs(sum) * (1 - 1e-12);
  const moving = found.filter((value) => value !== 0);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    let total = 0;
    for (let i = 0; i < moving.length; ) {
      // One draw of 32 bits gives 32 signs.
      let bits = source.integer(2 ** 32);
      for (const end = Math.min(i + 32, moving.length); i < end; i++) {
        total += bits & 1 ? moving[i]! : -moving[i]!;
        bits >>>= 1;
      }
    }
    if (Math.abs(total) >= reach) extreme++;
  }
  return {
    difference: mean(found),
    p: extreme / (draws + 1),
    n: found.length,
    method: `paired randomisation test, ${draws} draws, seed ${seed}`,
  };
}
