import { bootstrap, type Interval, mean, pairedBootstrap } from "../../evaluate/index.js";
import type { Judged } from "./request.js";

/** Fewer people than this tell nothing about a difference. */
export const fewestPeople = 100;

/** The best of the models that were tried, and what it is, as "best on validation (...)". */
export interface Choice {
  chosen: Judged;
  is: string;
}

/**
 * Chooses among models that were judged on the same people of the validation period. Of those fitted by counting, which cost
 * next to nothing, the best mean NDCG@10 leads. Then each trained model, from cheap to dear, takes over only when it is better
 * than the one that leads so far: its mean is higher and the 95 % interval of the paired difference (bootstrap over people) lies
 * above zero. With fewer than 100 people the mean alone decides. Test figures take no part.
 */
export function choose(judged: readonly Judged[], seed: number): Choice {
  const counted = judged.filter(({ trained }) => !trained);
  let chosen = counted.reduce((a, b) => (mean(b.validation) > mean(a.validation) ? b : a));
  for (const dearer of judged.filter(({ trained }) => trained))
    if (isBetter(dearer, chosen, seed)) chosen = dearer;
  const others = judged.filter((each) => each !== chosen);
  const is = [
    `best on validation (NDCG@10 ${figure(bootstrap(chosen.validation))}`,
    ...others.map((other) => comparison(chosen, other, seed)),
  ];
  return { chosen, is: `${is.join("; ")})` };
}

function difference(a: Judged, b: Judged, seed: number): Interval {
  return pairedBootstrap(a.validation, b.validation, { seed });
}

function isBetter(dearer: Judged, cheaper: Judged, seed: number): boolean {
  const { mean: by, low } = difference(dearer, cheaper, seed);
  return cheaper.validation.length < fewestPeople ? by > 0 : low > 0;
}

/** How the chosen one stands to another: a dearer one may be ahead, but not by what can be told from chance. */
function comparison(chosen: Judged, other: Judged, seed: number): string {
  const by = difference(chosen, other, seed);
  const word =
    by.low > 0
      ? "beats"
      : by.mean >= 0
        ? "is not significantly better than"
        : "is cheaper, and not significantly worse than";
  return `${word} ${other.model} ${mean(other.validation).toFixed(4)}, difference ${figure(by)}`;
}

function figure({ mean: value, low, high }: Interval): string {
  return `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}
