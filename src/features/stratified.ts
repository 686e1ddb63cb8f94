import { type CodedColumn, valueCounts } from "./codes.js";

/**
 * At most `floor(share * rows / values)` first rows of every value of the feature, for a score that costs less; null where
 * that would be none, or all. The caller multiplies the score by `share`. Counts are those of the sample: the original
 * divides by the counts of all rows, and its probabilities do not add up to 1.
 */
export function stratifiedRows(
  feature: CodedColumn,
  target: CodedColumn,
  share: number,
): { feature: CodedColumn; target: CodedColumn } | null {
  const { codes, size } = feature;
  const most = Math.floor((share * codes.length) / size);
  if (share >= 1 || most === 0) return null;
  const kept = valueCounts(feature).reduce((total, count) => total + Math.min(count, most), 0);
  const rows = new Int32Array(kept);
  const taken = new Int32Array(size);
  let at = 0;
  for (let i = 0; i < codes.length; i++) if (taken[codes[i]!]!++ < most) rows[at++] = i;
  return { feature: pick(feature, rows), target: pick(target, rows) };
}

function pick({ codes, size }: CodedColumn, rows: Int32Array): CodedColumn {
  return { codes: rows.map((row) => codes[row]!), size };
}
