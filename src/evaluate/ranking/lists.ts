import { checkWithin } from "../check-numbers.js";
import { checkCutOff } from "./cut-off.js";
import { bprefOf, dcgJ2Of, dcgOf, errOf, type Gain, ndcgOf, rbpOf } from "./graded-metrics.js";
import {
  type ApDenominator,
  averagePrecisionOf,
  cappedRecallOf,
  f1Of,
  hitRateOf,
  precisionOf,
  type RowMetric,
  recallOf,
  reciprocalHitSumOf,
  reciprocalRankOf,
  rPrecisionOf,
} from "./hit-metrics.js";
import { judgeList, type Relevant } from "./judge-list.js";

/** How grades become relevance. */
export interface GradeOptions {
  /** The grade from which an item is relevant; the default is 1. */
  threshold?: number;
}

export interface GainOptions extends GradeOptions {
  /** What a grade is worth; the default is "exponential". It makes no difference to grades of 0 and 1. */
  gain?: Gain;
}

/**
 * A metric of one ranked list: the first `k` places count, a list shorter than `k` is no error. An item listed twice counts
 * at its first place only; items outside the truth are not relevant. Without relevant items the metric is NaN: leave such
 * users out of the mean. A `k` that is not a whole number from 1, or a negative grade, is an error.
 */
export type RankedMetric<Options extends GradeOptions = GradeOptions> = (
  ranked: ArrayLike<number>,
  relevant: Relevant,
  k: number,
  options?: Options,
) => number;

function metric<Options extends GradeOptions = GradeOptions>(
  compute: (options: Partial<Options>) => RowMetric,
): RankedMetric<Options> {
  return (ranked, relevant, k, options) => {
    checkCutOff(k);
    const row = judgeList(ranked, relevant, options?.threshold);
    const found = compute(options ?? {});
    return row.relevant === 0 ? Number.NaN : found(row, k);
  };
}

/** 1 when a relevant item is among the first k. */
export const hitRate = metric(() => hitRateOf);

/** DCG over that of the whole truth in order of grade, cut at k. */
export const ndcg = metric<GainOptions>(({ gain = "exponential" }) => ndcgOf(gain));

/** Discounted cumulative gain, discount log2(place + 1). */
export const dcg = metric<GainOptions>(({ gain = "exponential" }) => dcgOf(gain));

/** Järvelin and Kekäläinen's first form of DCG: linear gain, no discount at places 1 and 2, log2(place) after. */
export const dcgJ2 = metric(() => dcgJ2Of);

/** 1 / position of the first hit within k, else 0. */
export const mrr = metric(() => reciprocalRankOf);

/** The share of the relevant items that is among the first k; with `capped`, of the most that k places can hold. */
export const recall = metric<GradeOptions & { capped?: boolean }>(({ capped }) =>
  capped ? cappedRecallOf : recallOf,
);

/** The share of the first k places that holds a relevant item; places a short list leaves empty hold none. */
export const precision = metric(() => precisionOf);

/** Harmonic mean of precision and recall, 0 when both are. */
export const f1 = metric(() => f1Of);

/** Precision after as many places as items are relevant. */
export const rPrecision = (ranked: ArrayLike<number>, relevant: Relevant, options?: GradeOptions): number =>
  metric(() => rPrecisionOf)(ranked, relevant, 1, options);

/** The sum of 1 / position over the hits; its mean over users is the average reciprocal hit rank (ARHR). */
export const reciprocalHitSum = metric(() => reciprocalHitSumOf);

/**
 * The sum of the precisions at the hits over the number of relevant items (trec_eval, ranx), over min(k, relevant)
 * (`"reachable"`; RecBole, Kaggle), or over the hits (`"hits"`: it rewards stopping early, kept to explain others' tables).
 */
export const averagePrecision = metric<GradeOptions & { denominator?: ApDenominator }>(
  ({ denominator = "relevant" }) => averagePrecisionOf(denominator),
);

/** Expected reciprocal rank (Chapelle et al. 2009); `highest` is the highest grade there can be, 1 by default. */
export const err = metric<GradeOptions & { highest?: number }>(({ highest = 1 }) => {
  checkWithin("err", "highest", highest, 1, 1000);
  return errOf(highest);
});

/** Rank-biased precision (Moffat & Zobel 2008), binary gain; `persistence` is 0.8 by default. */
export const rbp = metric<GradeOptions & { persistence?: number }>(({ persistence = 0.8 }) => {
  checkWithin("rbp", "persistence", persistence, 0, 1);
  return rbpOf(persistence);
});

/**
 * Bpref (Buckley & Voorhees 2004) of the whole list: items not judged are passed over, and each relevant item found loses
 * the share of the judged non-relevant ones (grade 0) above it.
 */
export const bpref = (ranked: ArrayLike<number>, relevant: Relevant, options?: GradeOptions): number =>
  metric(() => bprefOf)(ranked, relevant, 1, options);
