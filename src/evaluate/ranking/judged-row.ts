/**
 * One user's list held against what is relevant to them. A batch makes one and fills it for user after user, so nothing
 * is allocated for a user.
 */
export interface JudgedRow {
  /** Grade of the item at each place, 0 where it is not judged or was listed before. */
  grades: Float64Array;
  /** 1 at each place whose item is judged, relevant or not. */
  judged: Uint8Array;
  /** Places of the list. */
  length: number;
  /** All grades of the user's truth, ascending, in the first `judgments` places. */
  truth: Float64Array;
  /** Items with a grade, 0 included. */
  judgments: number;
  /** Items of the truth whose grade reaches the threshold. */
  relevant: number;
  /** The grade from which an item is relevant. */
  threshold: number;
  /** 1 / log2(place + 1) for place - 1 from 0. */
  discounts: Float64Array;
}

/** Room for lists of up to `places` places and truths of up to `judgments` items. */
export function judgedRow(places: number, judgments: number, threshold: number): JudgedRow {
  const discounts = new Float64Array(Math.max(places, judgments));
  for (let i = 0; i < discounts.length; i++) discounts[i] = 1 / Math.log2(i + 2);
  return {
    grades: new Float64Array(places),
    judged: new Uint8Array(places),
    length: 0,
    truth: new Float64Array(judgments),
    judgments: 0,
    relevant: 0,
    threshold,
    discounts,
  };
}

/** Orders the truth and counts its relevant items, once `truth` and `judgments` are set. */
export function settleTruth(row: JudgedRow): void {
  row.truth.subarray(0, row.judgments).sort();
  row.relevant = 0;
  for (let i = row.judgments - 1; i >= 0 && row.truth[i]! >= row.threshold; i--) row.relevant++;
}

/** Relevant items among the first k places. */
export function hitsWithin(row: JudgedRow, k: number): number {
  const end = Math.min(k, row.length);
  let hits = 0;
  for (let i = 0; i < end; i++) if (row.grades[i]! >= row.threshold) hits++;
  return hits;
}
