import { HeedError } from "../../core/errors.js";
import { checkLabels } from "./labels.js";

/**
 * Area under the ROC curve: the share of (positive, negative) pairs in the right order, ties counting one half.
 * Computed from mid-ranks in float64. Labels are 0 or 1; both classes must occur.
 */
export function auc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  checkLabels("auc", labels, scores, "scores");
  const n = labels.length;
  const sorted = Float64Array.from({ length: n }, (_, i) => scores[i]!);
  const positives = new Float64Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) if (labels[i] === 1) positives[count++] = sorted[i]!;
  if (count === 0 || count === n) {
    throw new HeedError("metric", `auc: all labels are ${count === 0 ? 0 : 1}`, "AUC needs both classes");
  }
  sorted.sort();
  const targets = positives.subarray(0, count).sort();
  let ranks = 0;
  // Both arrays are sorted: walk them together and give each run of equal scores its mid-rank.
  for (let i = 0, p = 0; p < count; ) {
    const score = targets[p]!;
    while (sorted[i]! < score) i++;
    let end = i;
    while (end < n && sorted[end] === score) end++;
    let same = p;
    while (same < count && targets[same] === score) same++;
    ranks += (same - p) * ((i + 1 + end) / 2);
    i = end;
    p = same;
  }
  return (ranks - (count * (count + 1)) / 2) / (count * (n - count));
}
