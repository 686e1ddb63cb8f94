import { HeedError } from "../../core/errors.js";
import { checkPaired } from "../check-numbers.js";
import { auc } from "./auc.js";
import { checkLabels } from "./labels.js";

/**
 * How groups count in a grouped AUC: by their rows ("impressions": DIN, FuxiCTR), by their positives ("positives": RecBole),
 * or all the same ("groups").
 */
export type GroupWeight = "impressions" | "positives" | "groups";

export interface GroupedAuc {
  value: number;
  /** Groups with both labels. */
  groups: number;
  /** Groups of one label only: they have no AUC and are left out. */
  skipped: number;
}

/**
 * The mean of the AUC within each group (one user's impressions, say): how well a user's own items are ordered, blind to
 * differences between users. An error where no group has both labels.
 */
export function groupedAuc(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  groups: ArrayLike<number>,
  weight: GroupWeight = "impressions",
): GroupedAuc {
  checkLabels("groupedAuc", labels, scores, "scores");
  checkPaired("groupedAuc", { labels, groups });
  const order = Float64Array.from(labels, (_, i) => i).sort((a, b) => groups[a]! - groups[b]! || a - b);
  const grouped = { labels: new Float64Array(labels.length), scores: new Float64Array(labels.length) };
  order.forEach((row, i) => {
    grouped.labels[i] = labels[row]!;
    grouped.scores[i] = scores[row]!;
  });
  let [total, weights, counted, skipped] = [0, 0, 0, 0];
  for (let start = 0; start < order.length; ) {
    let end = start;
    let positives = 0;
    for (; end < order.length && groups[order[end]!] === groups[order[start]!]; end++)
      positives += grouped.labels[end]!;
    if (positives === 0 || positives === end - start) skipped++;
    else {
      const weighs = weight === "groups" ? 1 : weight === "positives" ? positives : end - start;
      total += weighs * auc(grouped.labels.subarray(start, end), grouped.scores.subarray(start, end));
      weights += weighs;
      counted++;
    }
    start = end;
  }
  if (counted === 0)
    throw new HeedError("metric", "groupedAuc: no group has both labels", "group by user, say, or use auc()");
  return { value: total / weights, groups: counted, skipped };
}
