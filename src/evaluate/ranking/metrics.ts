import { HeedError, nearest } from "../../core/errors.js";
import { bprefOf, dcgJ2Of, dcgOf, errOf, ndcgOf, rbpOf } from "./graded-metrics.js";
import {
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

/** What a ranking metric needs to know beside the lists. */
export interface RankingParameters {
  /** The highest grade there can be, for ERR; the highest of the truth by default. */
  highest: number;
  /** How likely a reader goes on to the next place, for RBP. */
  persistence: number;
}

/** A ranking metric by name, with what a reader of its figures must know. */
export interface RankingMetric {
  name: string;
  formula: string;
  /** False where the whole list counts, whatever the cut-off. */
  cut: boolean;
  of(parameters: RankingParameters): RowMetric;
}

function cut(name: string, formula: string, of: RankingMetric["of"]): RankingMetric {
  return { name, formula, cut: true, of };
}

/**
 * Every ranking metric. Positions run from 1, b is 1 from the threshold on, R counts the relevant items of the user, H the
 * hits among the first k. All are means over the users with R > 0, and higher is better.
 */
export const rankingMetrics: readonly RankingMetric[] = [
  cut("precision", "H / k", () => precisionOf),
  cut("recall", "H / R", () => recallOf),
  cut("recall_capped", "H / min(k, R)", () => cappedRecallOf),
  cut("f1", "2 H / (k + R)", () => f1Of),
  cut("hit_rate", "1 if H > 0", () => hitRateOf),
  { name: "r_precision", formula: "hits among the first R / R", cut: false, of: () => rPrecisionOf },
  cut("mrr", "1 / position of the first hit, 0 without one", () => reciprocalRankOf),
  cut("arhr", "sum of 1 / position over the hits", () => reciprocalHitSumOf),
  cut("map", "sum of precisions at the hits / R", () => averagePrecisionOf("relevant")),
  cut("map_mink", "sum of precisions at the hits / min(k, R)", () => averagePrecisionOf("reachable")),
  cut("map_hits", "sum of precisions at the hits / H; rewards stopping early", () =>
    averagePrecisionOf("hits"),
  ),
  cut("ndcg", "DCG / ideal DCG, gain 2^grade - 1", () => ndcgOf("exponential")),
  cut("ndcg_linear", "DCG / ideal DCG, gain = grade", () => ndcgOf("linear")),
  cut("ndcg_binary", "DCG / ideal DCG, gain = b", () => ndcgOf("binary")),
  cut("dcg", "sum of (2^grade - 1) / log2(position + 1)", () => dcgOf("exponential")),
  cut("dcg_linear", "sum of grade / log2(position + 1)", () => dcgOf("linear")),
  cut("dcg_j2", "sum of grade / max(1, log2 position)", () => dcgJ2Of),
  cut("err", "expected reciprocal rank, stop probability (2^grade - 1) / 2^highest", ({ highest }) =>
    errOf(highest),
  ),
  cut("rbp", "(1 - p) sum of b p^(position - 1)", ({ persistence }) => rbpOf(persistence)),
  {
    name: "bpref",
    formula: "1/R sum over hits of 1 - min(judged non-relevant above, R) / min(R, N)",
    cut: false,
    of: () => bprefOf,
  },
];

/** The ranking metric of that name; another is an error that names the nearest. */
export function rankingMetric(name: string): RankingMetric {
  const found = rankingMetrics.find((metric) => metric.name === name);
  if (found) return found;
  const names = rankingMetrics.map((metric) => metric.name);
  const near = nearest(name, names);
  throw new HeedError(
    "unknown-metric",
    `there is no ranking metric "${name}"`,
    near
      ? `did you mean "${near}"? The metrics are ${names.join(", ")}`
      : `the metrics are ${names.join(", ")}`,
  );
}
