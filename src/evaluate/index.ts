export { auc } from "./classification/auc.js";
export { logLoss } from "./classification/log-loss.js";
export { mean, meanOfDefined } from "./mean.js";
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
export { atRank, rankOf } from "./ranking/ranks.js";
export {
  type BootstrapOptions,
  bootstrap,
  bootstrapAuc,
  type Interval,
  pairedBootstrap,
} from "./statistics/bootstrap.js";
