export { adjustedMutualInformation, expectedInformation } from "./adjusted.js";
export { type ChiSquare, chiSquare } from "./chi-square.js";
export { type Cell, type CodedCells, type CodedColumn, codeCells, codedColumn, crossCodes } from "./codes.js";
export { type CountSketch, countSketch } from "./count-min.js";
export { datasetTable } from "./dataset-table.js";
export { type FeatureKind, type TransformName, transformNames, transformOf } from "./derive.js";
export { type ExposureTableOptions, exposureTable } from "./exposure-table.js";
export { fileTable } from "./file-table.js";
export type { Finding, FindingCode } from "./findings.js";
export { type HeuristicName, heuristicNames, heuristicOf, score } from "./heuristics.js";
export { type DistinctSketch, distinctSketch } from "./hyperloglog.js";
export {
  type Background,
  conditionalEntropy,
  correctedInformation,
  entropy,
  mutualInformation,
} from "./information.js";
export { type MaxRelevanceOptions, maxRelevance, type PairScore } from "./max-relevance.js";
export type { ColumnProfile } from "./profile.js";
export { rankFeatures } from "./rank.js";
export type { RankOptions } from "./rank-options.js";
export type { FeatureReport, RankedFeature } from "./report.js";
export type { Aggregate } from "./score-log.js";
export { codeCorrelation, pairCoverage } from "./simple-scores.js";
export { type SurrogateOptions, surrogateScore } from "./surrogate.js";
export { type FeatureTable, type RefusedRow, type TableBatch, tableOf } from "./table.js";
