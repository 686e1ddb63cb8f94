import { HeedError, nearest } from "../core/errors.js";
import { checkCutOff } from "./ranking/cut-off.js";
import { rankingMetrics } from "./ranking/metrics.js";

/** What a reader of a figure must know to compare it with another's. */
export interface MetricEntry {
  name: string;
  family:
    | "ranking"
    | "classification"
    | "prediction"
    | "similarity"
    | "beyond accuracy"
    | "business"
    | "off-policy";
  formula: string;
  /** Ties, missing values and the like. */
  convention: string;
  /** null where neither is better in itself. */
  better: "higher" | "lower" | null;
}

type Row = [name: string, formula: string, convention: string, better: MetricEntry["better"]];

function family(name: MetricEntry["family"], rows: readonly Row[]): MetricEntry[] {
  return rows.map(([metric, formula, convention, better]) => ({
    name: metric,
    family: name,
    formula,
    convention,
    better,
  }));
}

const labels = "labels 0 or 1, NaN refused";
const perUserNaN = "users it is not defined for are left out and counted";

/** Every metric by name. The functions carry the same names in camel case. */
export const metricCatalogue: readonly MetricEntry[] = [
  ...rankingMetrics.map(({ name, formula }) => ({
    name,
    family: "ranking" as const,
    formula,
    convention: "mean over users with a relevant item; a repeated item counts once; short lists keep k",
    better: "higher" as const,
  })),
  ...family("classification", [
    ["auc", "ordered (positive, negative) pairs / pairs", `ties one half; ${labels}`, "higher"],
    [
      "gauc",
      "mean AUC of groups, weighted by impressions, positives or not at all",
      "one-label groups left out",
      "higher",
    ],
    ["pr_auc", "sum of precision times recall gained", `tied scores enter together; ${labels}`, "higher"],
    ["logloss", "mean of -log p(label), natural logarithm", `p kept 1e-15 from 0 and 1; ${labels}`, "lower"],
    ["normalized_entropy", "logloss / entropy of the base rate", "needs both labels", "lower"],
    ["brier", "mean of (p - label)²", labels, "lower"],
    ["calibration_ratio", "sum of p / sum of labels", "1 is calibrated; needs a positive", null],
    [
      "ece",
      "mean over examples of |mean p - mean label| of their bin",
      "10 bins of equal width by default",
      "lower",
    ],
  ]),
  ...family("prediction", [
    ["mse", "mean of error²", "missing predictions refused; see incompleteErrors", "lower"],
    ["rmse", "square root of mse", "over all pairs; rmseByUser gives users equal weight", "lower"],
    ["mae", "mean of |error|", "missing predictions refused", "lower"],
    ["mape", "100 mean of |error| / |truth|", "truths of 0 left out and counted", "lower"],
    ["r2", "1 - sum of error² / sum of (truth - mean)²", "truths must vary", "higher"],
    ["explained_variance", "1 - variance of errors / variance of truth", "truths must vary", "higher"],
  ]),
  ...family("similarity", [
    ["cosine", "a.b / (|a| |b|)", "0 for a zero vector", "higher"],
    ["jaccard", "|A and B| / |A or B|", "0 when both are empty", "higher"],
    ["pearson", "correlation over positions known in both", "means over those; NaN is unknown", "higher"],
    [
      "adjusted_cosine",
      "cosine of ratings less user means, over common raters",
      "means over all a user's ratings",
      "higher",
    ],
    ["spearman", "Pearson of ranks", "ties at their mean rank", "higher"],
    ["kendall_tau", "(concordant - discordant) / sqrt(untied pairs of a times of b)", "tau-b", "higher"],
    ["rank_biased_overlap", "(1 - p) sum of p^(k-1) agreement at k", "extrapolated by default", "higher"],
    ["euclidean", "sqrt of sum of (a - b)²", "a distance", "lower"],
    ["manhattan", "sum of |a - b|", "a distance", "lower"],
    ["chebyshev", "max of |a - b|", "a distance", "lower"],
    ["hamming", "positions that differ", "a distance", "lower"],
  ]),
  ...family("beyond accuracy", [
    [
      "novelty",
      "mean of -log2(training rows of the item / rows)",
      "an unseen item counts 1 / (rows + items)",
      "higher",
    ],
    ["diversity", "1 - mean similarity of a list's pairs", perUserNaN, "higher"],
    ["serendipity", "mean of (1 - mean similarity with the past) * relevance", perUserNaN, "higher"],
    ["catalog_coverage", "recommended items / items of training", "distinct items", "higher"],
    ["item_coverage", "recommended items / all items", "distinct items", "higher"],
    ["user_coverage", "users with a list / users", "an empty list is none", "higher"],
    ["exposure_entropy", "- sum of share log2 share", "bits; nats on request", "higher"],
    ["entropy_recbole", "entropy in nats / recommended items", "only to compare with RecBole's tables", null],
    ["gini", "sum of (2k - m - 1) v(k) / (m sum of v)", "items never recommended count 0", "lower"],
    ["average_popularity", "mean training rows of recommended items", "over places", null],
    [
      "tail_share",
      "places of tail items / places",
      "the tail is the least popular tenth by default",
      "higher",
    ],
    ["popularity_lift", "mean popularity of lists / of histories - 1", "means of users' means", null],
    ["taste_divergence", "sum of p ln(p / ((1 - a) q + a p))", "a = 0.01; nats", "lower"],
    [
      "exposure_gap",
      "sum of |exposure share - deserved share|",
      "places weigh 1 / log2(position + 1)",
      "lower",
    ],
    ["repetition", "items had before / items of the list", perUserNaN, null],
    ["freshness", "mean age of a list's items", perUserNaN, null],
    ["stability", "Jaccard of two models' lists", "0 when both are empty", null],
  ]),
  ...family("business", [
    ["click_through_rate", "clicks / impressions", "interval over users by the delta method", "higher"],
    ["conversion_rate", "conversions / clicks", "interval over users by the delta method", "higher"],
    ["revenue_per_session", "revenue / sessions", "interval over users by the delta method", "higher"],
    ["gross_merchandise_value", "sum of price times quantity", "before returns", "higher"],
    ["mean_dwell", "mean dwell of users", "bootstrap over users", null],
    ["adoption_rate", "users who took it up / users", "bootstrap over users", "higher"],
    ["retention_rate", "active later / active first", "bootstrap over users", "higher"],
    ["lift", "treated / control - 1", "users independent between groups", "higher"],
  ]),
  ...family("off-policy", [
    ["ips", "mean of w r", "w = evaluated / logged probability; rows without support refused", "higher"],
    ["snips", "sum of w r / sum of w", "rows without support refused", "higher"],
    ["direct_method", "mean predicted reward of the policy", "as good as the reward model", "higher"],
    ["doubly_robust", "mean of value + w (r - predicted)", "with a largest weight: Switch-DR", "higher"],
  ]),
];

/**
 * The entry of a metric and the cut-off of a name such as "ndcg@10". An unknown name is an error that tells the nearest;
 * so is a cut-off that is no whole number from 1, or one on a metric that has none.
 */
export function metricNamed(name: string): { metric: MetricEntry; k: number | undefined } {
  const [base, cutOff, ...rest] = name.split("@") as [string, ...string[]];
  const metric = metricCatalogue.find((entry) => entry.name === base);
  if (!metric) {
    const near = nearest(
      base,
      metricCatalogue.map((entry) => entry.name),
    );
    throw new HeedError(
      "unknown-metric",
      `there is no metric "${base}"`,
      near ? `did you mean "${near}"?` : "metricCatalogue lists them all",
    );
  }
  if (cutOff === undefined) return { metric, k: undefined };
  const cut = rankingMetrics.find((entry) => entry.name === base)?.cut === true;
  if (!cut || rest.length > 0)
    throw new HeedError("unknown-metric", `${name}: ${base} has no cut-off`, `write "${base}"`);
  const k = cutOff.trim() === "" ? Number.NaN : Number(cutOff);
  checkCutOff(k);
  return { metric, k };
}
