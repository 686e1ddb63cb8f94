import { HeedError, nearest } from "../core/errors.js";
import { adjustedMutualInformation } from "./adjusted.js";
import { chiSquare } from "./chi-square.js";
import type { CodedColumn } from "./codes.js";
import { type Background, correctedInformation, mutualInformation } from "./information.js";
import { codeCorrelation, pairCoverage } from "./simple-scores.js";
import { stratifiedRows } from "./stratified.js";
import { surrogateScore } from "./surrogate.js";

export interface HeuristicOptions {
  background: Background;
  seed: number;
}

type Heuristic = (feature: CodedColumn, target: CodedColumn, options: HeuristicOptions) => number;

/** Every way to score a feature against a target: more is better. */
export const heuristics = {
  /** Cardinality-corrected mutual information, the default ("MI-numba-randomized"). */
  corrected: (feature, target, options) => correctedInformation(feature, target, options),
  /** Plain mutual information in nats. */
  information: (feature, target) => mutualInformation(feature, target),
  /** Adjusted mutual information. */
  adjusted: (feature, target) => adjustedMutualInformation(feature, target),
  /** -log10 of the p-value of the chi-square test. */
  "chi-square": (feature, target) => Math.abs(chiSquare(feature, target).logP / Math.LN10),
  /** Correlation of the codes, without its sign. */
  correlation: (feature, target) => codeCorrelation(feature, target),
  /** Share of the most frequent pair. */
  coverage: (feature, target) => pairCoverage(feature, target),
  /** 1 - log loss of a cross-validated logistic regression. */
  surrogate: (feature, target, { seed }) => surrogateScore(feature, target, { seed }),
  /** The same on the first eight singular vectors. */
  "surrogate-8": (feature, target, { seed }) => surrogateScore(feature, target, { seed, dimensions: 8 }),
  /** 0: for the report on columns alone. */
  constant: () => 0,
} as const satisfies Record<string, Heuristic>;

export type HeuristicName = keyof typeof heuristics;

/** The names of all heuristics. */
export const heuristicNames = Object.keys(heuristics) as readonly HeuristicName[];

/** The heuristic of a name. Errors: HeedError "unknown-heuristic", with the nearest name. */
export function heuristicOf(name: string): HeuristicName {
  const found = heuristicNames.find((known) => known === name);
  if (found) return found;
  const near = nearest(name, heuristicNames);
  const known = `the scores are ${heuristicNames.join(", ")}`;
  throw new HeedError(
    "unknown-heuristic",
    `there is no score "${name}"`,
    near ? `did you mean "${near}"? ${known}` : known,
  );
}

/** Scores a feature, on a stratified sample where `share` is below 1. */
export function score(
  name: HeuristicName,
  feature: CodedColumn,
  target: CodedColumn,
  { share, ...options }: HeuristicOptions & { share: number },
): number {
  const sample = stratifiedRows(feature, target, share);
  if (!sample) return heuristics[name](feature, target, options);
  return share * heuristics[name](sample.feature, sample.target, options);
}
