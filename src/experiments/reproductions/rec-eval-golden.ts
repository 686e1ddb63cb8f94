import * as evaluate from "../../evaluate/index.js";

/** A worked example: what a metric must give, to the digits written, and what it gives here. */
export interface Golden {
  example: string;
  metric: string;
  published: number;
  measure(): number;
}

const {
  raggedLists,
  itemCounts,
  coOccurrence,
  averagePrecision,
  evaluateRankings,
  ndcg,
  precision,
  recall,
  rbp,
} = evaluate;

function golden(
  example: string,
  figures: Readonly<Record<string, readonly [number, () => number]>>,
): Golden[] {
  return Object.entries(figures).map(([metric, [published, measure]]) => ({
    example,
    metric,
    published,
    measure,
  }));
}

const ranked = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const grades = new Map([
  [1, 3],
  [3, 1],
  [4, 2],
  [10, 3],
]);

/** One graded list of ten, of whose four relevant items one was not retrieved. */
const gradedAt = (k: number, wanted: readonly number[]) => {
  const [p, r, f1, rr, arhr, ap, apReachable, binary, exponential, linear, err, biased] = wanted as [
    ...(readonly [number, number, number, number, number, number]),
    ...(readonly [number, number, number, number, number, number]),
  ];
  return golden("one graded list", {
    [`precision@${k}`]: [p, () => precision(ranked, grades, k)],
    [`recall@${k}`]: [r, () => recall(ranked, grades, k)],
    [`f1@${k}`]: [f1, () => evaluate.f1(ranked, grades, k)],
    [`rr@${k}`]: [rr, () => evaluate.mrr(ranked, grades, k)],
    [`arhr@${k}`]: [arhr, () => evaluate.reciprocalHitSum(ranked, grades, k) / grades.size],
    [`ap@${k}`]: [ap, () => averagePrecision(ranked, grades, k)],
    [`ap reachable@${k}`]: [
      apReachable,
      () => averagePrecision(ranked, grades, k, { denominator: "reachable" }),
    ],
    [`ndcg binary@${k}`]: [binary, () => ndcg(ranked, grades, k, { gain: "binary" })],
    [`ndcg exponential@${k}`]: [exponential, () => ndcg(ranked, grades, k)],
    [`ndcg linear@${k}`]: [linear, () => ndcg(ranked, grades, k, { gain: "linear" })],
    [`err@${k}`]: [err, () => evaluate.err(ranked, grades, k, { highest: 3 })],
    [`rbp@${k}`]: [biased, () => rbp(ranked, grades, k)],
  });
};

const tied = () => evaluate.tieAwareNdcg([10, 0, 0, 1, 5], [1, 1, 1, 1, 1], 5, { gain: "linear" });

/** Hits at 1 and 3 of 3 relevant items, at 2 of 1, and none of 2. */
const ofThree = (metric: "precision" | "recall" | "map" | "mrr" | "ndcg" | "arhr") => () => {
  const list = [0, 1, 2, 3, 4];
  const truth = raggedLists([[0, 2, 9], [1], [8, 9]]);
  const { columns } = evaluateRankings(raggedLists([list, list, list]), truth, {
    metrics: [metric],
    cutOffs: [5],
  });
  return columns[0]!.mean;
};

const truth = [4, 3, 5, 2, 1];
const rated = [3.5, 3, 4, 2.5, 2];
const ratedLow = [3.5, 3, 4, 2.5, 0.5];
const [a, b] = [
  [1, 2, 3, 4],
  [2, 1, 4, 3],
];
const [setA, setB] = [
  [1, 0, 1, 1, 0],
  [1, 1, 0, 1, 0],
];

const train = raggedLists([[0, 1], [0, 2], [1, 2, 3], [0]]);
const lists = raggedLists([[2, 3], [1, 3], [0], [1]]);
const counts = itemCounts(train, 4);
const exposure = itemCounts(lists, 4);

const labels = [0, 0, 1, 1];
const probabilities = [0.1, 0.4, 0.35, 0.8];

const log = {
  rewards: [1, 0, 0, 1, 0],
  logged: [0.5, 0.25, 0.5, 0.2, 0.1],
  evaluated: [0.6, 0.1, 0.3, 0.5, 0.2],
};
const model = { predicted: [0.4, 0.2, 0.1, 0.5, 0.3], value: [0.3, 0.25, 0.2, 0.35, 0.3] };

const judged = new Map([1, 2, 3, 4, 11, 12, 13].map((item) => [item, item < 10 ? 1 : 0]));
const groupLabels = [1, 0, 1, 1, 0, 0, 1, 0];
const groupScores = [0.9, 0.8, 0.4, 0.7, 0.4, 0.1, 0.4, 0.3];
const groups = [1, 1, 1, 1, 1, 2, 2, 2];

/** The worked examples of the metrics. */
export const goldenFigures: readonly Golden[] = [
  ...gradedAt(
    3,
    [0.333333, 0.25, 0.285714, 0.5, 0.125, 0.125, 0.166667, 0.296082, 0.341927, 0.321204, 0.4375, 0.16],
  ),
  ...gradedAt(5, [0.6, 0.75, 0.666667, 0.5, 0.2375, 0.4, 0.4, 0.56545, 0.450113, 0.48979, 0.449609, 0.34432]),
  ...gradedAt(
    10,
    [0.3, 0.75, 0.428571, 0.5, 0.2375, 0.4, 0.4, 0.56545, 0.450113, 0.48979, 0.449609, 0.34432],
  ),
  ...golden("one graded list", {
    "dcg exponential@5": [6.007743, () => evaluate.dcg(ranked, grades, 5)],
    "r-precision": [0.5, () => evaluate.rPrecision(ranked, grades)],
  }),
  ...golden("tied scores", { "ndcg tie-aware": [0.690979, tied] }),
  ...golden("three users", {
    "precision@5": [0.2, ofThree("precision")],
    "recall@5": [0.555556, ofThree("recall")],
    "map@5": [0.351852, ofThree("map")],
    "mrr@5": [0.5, ofThree("mrr")],
    "ndcg@5": [0.444949, ofThree("ndcg")],
    "arhr@5": [0.611111, ofThree("arhr")],
  }),
  ...golden("ratings", {
    mse: [0.5, () => evaluate.mse(truth, rated)],
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: the example is written so, by chance half a root of 2.
    rmse: [0.707107, () => evaluate.rmse(truth, rated)],
    mae: [0.6, () => evaluate.mae(truth, rated)],
    mape: [31.5, () => evaluate.mape(truth, rated).value],
    r2: [0.75, () => evaluate.r2(truth, rated)],
    "explained variance": [0.75, () => evaluate.explainedVariance(truth, rated)],
    "mse, biased": [0.35, () => evaluate.mse(truth, ratedLow)],
    "r2, biased": [0.825, () => evaluate.r2(truth, ratedLow)],
    "explained variance, biased": [0.87, () => evaluate.explainedVariance(truth, ratedLow)],
  }),
  ...golden("similarity", {
    cosine: [0.933333, () => evaluate.cosine(a!, b!)],
    euclidean: [2, () => evaluate.euclidean(a!, b!)],
    "euclidean similarity": [0.333333, () => evaluate.euclideanSimilarity(a!, b!)],
    manhattan: [4, () => evaluate.manhattan(a!, b!)],
    chebyshev: [1, () => evaluate.chebyshev(a!, b!)],
    pearson: [0.6, () => evaluate.pearson(a!, b!)],
    spearman: [0.6, () => evaluate.spearman(a!, b!)],
    jaccard: [0.5, () => evaluate.jaccard(setA!, setB!)],
    hamming: [2, () => evaluate.hamming(setA!, setB!)],
    "adjusted cosine": [
      -0.909124,
      () => evaluate.adjustedCosine([5, 4, 1, 2], [3, Number.NaN, 5, 4], [4, 3, 10 / 3, 11 / 3]),
    ],
  }),
  ...golden("beyond accuracy", {
    novelty: [2.23584, () => evaluate.novelty(lists, counts).mean],
    diversity: [0.292893, () => evaluate.diversity(lists, coOccurrence(train, 4)).mean],
    serendipity: [0.627977, () => evaluate.serendipity(lists, train, coOccurrence(train, 4)).mean],
    "catalog coverage": [1, () => evaluate.catalogCoverage(lists, counts)],
    "entropy in bits": [1.918296, () => evaluate.exposureEntropy(exposure)],
    "entropy in nats": [1.329661, () => evaluate.exposureEntropy(exposure, "nats")],
    gini: [0.166667, () => evaluate.gini(exposure)],
    "average popularity": [1.833333, () => evaluate.averagePopularity(lists, counts)],
    "taste divergence": [1.079367, () => evaluate.tasteDivergence([0.5, 0.3, 0.2], [0.2, 0.8, 0])],
  }),
  ...golden("probabilities", {
    brier: [0.158125, () => evaluate.brier(labels, probabilities)],
    "log loss": [0.472288, () => evaluate.logLoss(labels, probabilities)],
    "normalized entropy": [0.681367, () => evaluate.normalizedEntropy(labels, probabilities)],
    "calibration ratio": [0.825, () => evaluate.calibrationRatio(labels, probabilities)],
    "calibration error": [0.0875, () => evaluate.calibrationError(labels, probabilities, { bins: 2 })],
    auc: [0.75, () => evaluate.auc(labels, probabilities)],
    "auc by rows": [0.739583, () => evaluate.groupedAuc(groupLabels, groupScores, groups).value],
    "auc by positives": [
      0.6875,
      () => evaluate.groupedAuc(groupLabels, groupScores, groups, "positives").value,
    ],
    "auc by groups": [0.791667, () => evaluate.groupedAuc(groupLabels, groupScores, groups, "groups").value],
  }),
  ...golden("off-policy", {
    ips: [0.74, () => evaluate.ips(log).mean],
    "ips clipped at 2": [0.64, () => evaluate.ips(log, { largestWeight: 2 }).mean],
    snips: [0.552239, () => evaluate.snips(log).mean],
    "direct method": [0.28, () => evaluate.directMethod(model).mean],
    "doubly robust": [0.526, () => evaluate.doublyRobust(log, model).mean],
    "effective sample size": [3.676495, () => evaluate.overlap(log).effectiveSampleSize],
  }),
  ...golden("agreement", {
    bpref: [0.5, () => evaluate.bpref([1, 11, 2, 20, 12, 3], judged)],
    "rank-biased overlap, truncated": [
      0.2169,
      () => evaluate.rankBiasedOverlap([0, 1, 2, 3], [1, 0, 3, 2], { extrapolate: false }),
    ],
    "rank-biased overlap": [0.873, () => evaluate.rankBiasedOverlap([0, 1, 2, 3], [1, 0, 3, 2])],
    "kendall tau": [0.4, () => evaluate.kendallTau([1, 2, 2, 3], [1, 3, 2, 2])],
    "spearman, tied": [0.5, () => evaluate.spearman([1, 2, 2, 3], [1, 3, 2, 2])],
  }),
];
