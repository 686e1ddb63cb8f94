export { adjustedMutualInformation, expectedInformation } from "./adjusted.js";
export { type ChiSquare, chiSquare } from "./chi-square.js";
export { type Cell, type CodedCells, type CodedColumn, codeCells, codedColumn, crossCodes } from "./codes.js";
export { type HeuristicName, heuristicNames, heuristicOf, score } from "./heuristics.js";
export {
  type Background,
  conditionalEntropy,
  correctedInformation,
  entropy,
  mutualInformation,
} from "./information.js";
export { codeCorrelation, pairCoverage } from "./simple-scores.js";
export { type SurrogateOptions, surrogateScore } from "./surrogate.js";
