export { entropyRecbole, exposureEntropy, gini } from "./beyond-accuracy/concentration.js";
export { catalogCoverage, itemCoverage, userCoverage } from "./beyond-accuracy/coverage.js";
export { diversity, serendipity } from "./beyond-accuracy/diversity.js";
export {
  type DemographicGap,
  demographicGap,
  exposureGap,
  groupExposure,
} from "./beyond-accuracy/fairness.js";
export { itemCounts } from "./beyond-accuracy/item-counts.js";
export { coOccurrence, type ItemSimilarity, vectorSimilarity } from "./beyond-accuracy/item-similarity.js";
export { itemNovelty, type NoveltyOptions, novelty } from "./beyond-accuracy/novelty.js";
export { freshness, repetition, stability } from "./beyond-accuracy/over-time.js";
export type { PerUser } from "./beyond-accuracy/per-user.js";
export { averagePopularity, popularityLift, type Tail, tailShare } from "./beyond-accuracy/popularity.js";
export { tasteCalibration, tasteDivergence } from "./beyond-accuracy/taste.js";
export {
  adoptionRate,
  clickThroughRate,
  conversionRate,
  grossMerchandiseValue,
  meanDwell,
  retentionRate,
  revenuePerSession,
} from "./business/metrics.js";
export { lift, type UserRatio, userRatio } from "./business/ratio.js";
export { type MetricEntry, metricCatalogue, metricNamed } from "./catalogue.js";
export { checkComparable, compareRankings } from "./checks/comparable.js";
export { type Finding, type LeakCode, leakCodes, refuse } from "./checks/findings.js";
export { checkTransitions, checkVocabulary } from "./checks/fitted.js";
export { checkSplit, type SplitToCheck } from "./checks/splits.js";
export { auc } from "./classification/auc.js";
export {
  type BinOptions,
  brier,
  calibrationError,
  calibrationRatio,
  type ReliabilityBin,
  reliability,
} from "./classification/calibration.js";
export { type GroupedAuc, type GroupWeight, groupedAuc } from "./classification/grouped-auc.js";
export { logLoss, normalizedEntropy } from "./classification/log-loss.js";
export { type Confusion, confusion, prAuc } from "./classification/precision-recall.js";
export { reliabilityDiagram } from "./classification/reliability-diagram.js";
export { mean, meanOfDefined } from "./mean.js";
export {
  directMethod,
  doublyRobust,
  type EstimatorOptions,
  ips,
  type RewardModel,
  slateIps,
  snips,
} from "./off-policy/estimators.js";
export { type LoggedDecisions, type Overlap, overlap } from "./off-policy/logged.js";
export { explainedVariance, mae, mape, mse, r2, rmse, rmseByUser } from "./prediction/errors.js";
export { type IncompleteErrors, incompleteErrors } from "./prediction/missing.js";
export { type Candidates, describeCandidates } from "./protocols/candidates.js";
export { type FrequentRows, frequentRows } from "./protocols/frequent-rows.js";
export { gradesByUser, itemsByUser } from "./protocols/rows-by-user.js";
export { type SampledOptions, sampleCandidates, sampledRanks } from "./protocols/sampled-ranking.js";
export { describeSplit, type RowsToSplit, type SplitProtocol, splitRows } from "./protocols/split-rows.js";
export {
  evaluateRankings,
  type RankingColumn,
  type RankingOptions,
  type RankingTable,
} from "./ranking/evaluate-rankings.js";
export type { Gain } from "./ranking/graded-metrics.js";
export type { ApDenominator } from "./ranking/hit-metrics.js";
export type { Relevant } from "./ranking/judge-list.js";
export {
  averagePrecision,
  bpref,
  dcg,
  dcgJ2,
  err,
  f1,
  type GainOptions,
  type GradeOptions,
  hitRate,
  mrr,
  ndcg,
  precision,
  type RankedMetric,
  rbp,
  recall,
  reciprocalHitSum,
  rPrecision,
} from "./ranking/lists.js";
export {
  type RankingMetric,
  type RankingParameters,
  rankingMetric,
  rankingMetrics,
} from "./ranking/metrics.js";
export {
  alignLists,
  type RaggedLists,
  type RaggedTruth,
  raggedLists,
  raggedOf,
} from "./ranking/ragged-lists.js";
export { type Factors, type RankFactorsOptions, rankFactors } from "./ranking/rank-factors.js";
export { atRank, rankOf } from "./ranking/ranks.js";
export {
  tieAwareAveragePrecision,
  tieAwareMrr,
  tieAwareNdcg,
  tieAwarePrecision,
  tieAwareRecall,
} from "./ranking/tie-aware.js";
export { type TopItems, type TopItemsOptions, topItems } from "./ranking/top-items.js";
export {
  type SearchMethod,
  type SearchOptions,
  type SearchResult,
  searchHyperparameters,
  type Trial,
  type TrialResult,
} from "./search/search.js";
export type { Dimension, SearchSpace, Settings } from "./search/space.js";
export {
  adjustedCosine,
  kendallTau,
  type OverlapOptions,
  pearson,
  spearman,
} from "./similarity/correlations.js";
export { type OverlapOfRankingsOptions, rankBiasedOverlap } from "./similarity/rank-biased-overlap.js";
export {
  chebyshev,
  cosine,
  euclidean,
  euclideanSimilarity,
  hamming,
  jaccard,
  manhattan,
} from "./similarity/vectors.js";
export {
  type BootstrapOptions,
  bootstrap,
  bootstrapAuc,
  type Interval,
  pairedBootstrap,
} from "./statistics/bootstrap.js";
export { type CompareOptions, type Comparison, compareSystems } from "./statistics/compare.js";
export { adjust, type Correction } from "./statistics/corrections.js";
export { type PairedTest, pairedRandomisation, pairedT } from "./statistics/paired.js";
export { overSeeds, type SeedSummary } from "./statistics/seeds.js";
