import type { RowMetric } from "./hit-metrics.js";
import type { JudgedRow } from "./judged-row.js";

/**
 * What a grade is worth: 2^grade - 1 (Burges et al. 2005), the grade itself (Järvelin & Kekäläinen 2002), or 1 from the
 * threshold on. All three agree on grades of 0 and 1.
 */
export type Gain = "exponential" | "linear" | "binary";

export function gainOf(grade: number, gain: Gain, threshold: number): number {
  if (gain === "exponential") return 2 ** grade - 1;
  if (gain === "linear") return grade;
  return grade >= threshold ? 1 : 0;
}

/** Discounted cumulative gain, discount log2(place + 1). */
export function dcgOf(gain: Gain): RowMetric {
  return (row, k) => {
    const end = Math.min(k, row.length);
    let total = 0;
    for (let i = 0; i < end; i++) {
      const grade = row.grades[i]!;
      if (grade > 0) total += gainOf(grade, gain, row.threshold) * row.discounts[i]!;
    }
    return total;
  };
}

/** The ideal list is the whole truth in order of grade, cut at k: what the list did not find counts against it. */
export function ndcgOf(gain: Gain): RowMetric {
  const dcg = dcgOf(gain);
  return (row, k) => dcg(row, k) / idealDcg(row, k, gain);
}

function idealDcg(row: JudgedRow, k: number, gain: Gain): number {
  const end = Math.min(k, row.judgments);
  let total = 0;
  for (let i = 0; i < end; i++) {
    const grade = row.truth[row.judgments - 1 - i]!;
    if (!(grade > 0)) break;
    total += gainOf(grade, gain, row.threshold) * row.discounts[i]!;
  }
  return total;
}

/** Järvelin and Kekäläinen's first form: linear gain, no discount at places 1 and 2, log2(place) after. */
export const dcgJ2Of: RowMetric = (row, k) => {
  const end = Math.min(k, row.length);
  let total = 0;
  for (let i = 0; i < end; i++) total += row.grades[i]! / Math.max(1, Math.log2(i + 1));
  return total;
};

/**
 * Expected reciprocal rank (Chapelle et al. 2009): a reader stops at an item with probability (2^grade - 1) / 2^highest.
 */
export function errOf(highest: number): RowMetric {
  return (row, k) => {
    const end = Math.min(k, row.length);
    let reading = 1;
    let total = 0;
    for (let i = 0; i < end; i++) {
      const stops = (2 ** row.grades[i]! - 1) / 2 ** highest;
      total += (reading * stops) / (i + 1);
      reading *= 1 - stops;
    }
    return total;
  };
}

/** Rank-biased precision (Moffat & Zobel 2008) with binary gain: a reader goes on with probability `persistence`. */
export function rbpOf(persistence: number): RowMetric {
  return (row, k) => {
    const end = Math.min(k, row.length);
    let weight = 1 - persistence;
    let total = 0;
    for (let i = 0; i < end; i++, weight *= persistence) {
      if (row.grades[i]! >= row.threshold) total += weight;
    }
    return total;
  };
}

/**
 * Bpref (Buckley & Voorhees 2004): judged items only; each relevant one found loses the share of judged non-relevant ones
 * above it. The whole list counts, whatever the cut-off. Without judged non-relevant items it is the recall.
 */
export const bprefOf: RowMetric = (row) => {
  const bound = Math.min(row.relevant, row.judgments - row.relevant);
  let above = 0;
  let total = 0;
  for (let i = 0; i < row.length; i++) {
    if (row.judged[i] === 0) continue;
    if (row.grades[i]! < row.threshold) above++;
    else total += bound === 0 ? 1 : 1 - Math.min(above, row.relevant) / bound;
  }
  return total / row.relevant;
};
