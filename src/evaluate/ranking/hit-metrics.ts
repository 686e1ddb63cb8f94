import { hitsWithin, type JudgedRow } from "./judged-row.js";

/** A metric of one judged list, cut after `k` places. Its user has at least one relevant item. */
export type RowMetric = (row: JudgedRow, k: number) => number;

/** Places a short list leaves empty hold nothing relevant: k stays in the denominator. */
export const precisionOf: RowMetric = (row, k) => hitsWithin(row, k) / k;

export const recallOf: RowMetric = (row, k) => hitsWithin(row, k) / row.relevant;

/** Recall that can reach 1 however many items are relevant: hits / min(k, R). */
export const cappedRecallOf: RowMetric = (row, k) => hitsWithin(row, k) / Math.min(k, row.relevant);

export const f1Of: RowMetric = (row, k) => (2 * hitsWithin(row, k)) / (k + row.relevant);

export const hitRateOf: RowMetric = (row, k) => (hitsWithin(row, k) > 0 ? 1 : 0);

/** Precision after as many places as items are relevant; the cut-off plays no part. */
export const rPrecisionOf: RowMetric = (row) => hitsWithin(row, row.relevant) / row.relevant;

export const reciprocalRankOf: RowMetric = (row, k) => {
  const end = Math.min(k, row.length);
  for (let i = 0; i < end; i++) if (row.grades[i]! >= row.threshold) return 1 / (i + 1);
  return 0;
};

/** The sum of 1 / place over all hits. */
export const reciprocalHitSumOf: RowMetric = (row, k) => {
  const end = Math.min(k, row.length);
  let total = 0;
  for (let i = 0; i < end; i++) if (row.grades[i]! >= row.threshold) total += 1 / (i + 1);
  return total;
};

/** What the sum of precisions at the hits is divided by. */
export type ApDenominator = "relevant" | "reachable" | "hits";

export function averagePrecisionOf(denominator: ApDenominator): RowMetric {
  return (row, k) => {
    const end = Math.min(k, row.length);
    let hits = 0;
    let total = 0;
    for (let i = 0; i < end; i++) if (row.grades[i]! >= row.threshold) total += ++hits / (i + 1);
    if (denominator === "relevant") return total / row.relevant;
    if (denominator === "reachable") return total / Math.min(k, row.relevant);
    return hits === 0 ? 0 : total / hits;
  };
}
