import { HeedError } from "../../core/errors.js";
import { checkLabels } from "./labels.js";

/**
 * Area under the precision-recall curve in its average-precision form: the precision at each distinct score, weighted by
 * the recall gained there. Tied scores enter together. Without a positive it is an error.
 */
export function prAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  checkLabels("prAuc", labels, scores, "scores");
  const order = Int32Array.from(labels, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  let [hits, total] = [0, 0];
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start]!];
    let end = start;
    let gained = 0;
    for (; end < order.length && scores[order[end]!] === score; end++) gained += labels[order[end]!]!;
    hits += gained;
    total += gained * (hits / end);
    start = end;
  }
  if (hits === 0) throw new HeedError("metric", "prAuc: all labels are 0", "it needs at least one positive");
  return total / hits;
}

/** Counts of a classifier that says yes from a threshold on. */
export interface Confusion {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
  accuracy: number;
  /** 0 where nothing was called positive. */
  precision: number;
  /** 0 where nothing is positive. */
  recall: number;
  f1: number;
}

/** What a threshold on scores gets right and wrong; a score equal to the threshold counts as yes. */
export function confusion(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): Confusion {
  checkLabels("confusion", labels, scores, "scores");
  const cells = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) cells[2 * labels[i]! + (scores[i]! >= threshold ? 1 : 0)]!++;
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = cells as [
    number,
    number,
    number,
    number,
  ];
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives,
    accuracy: (truePositives + trueNegatives) / labels.length,
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}
