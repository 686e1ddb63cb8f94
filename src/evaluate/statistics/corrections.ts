import { HeedError } from "../../core/errors.js";

/**
 * How p values of several comparisons are corrected: "bonferroni" and "holm" bound the chance of any false alarm (Holm
 * 1979 never rejects less), "benjamini-hochberg" (1995) the expected share of false alarms among those raised.
 */
export type Correction = "bonferroni" | "holm" | "benjamini-hochberg";

/** Adjusted p values in the order given: compare them with the level itself. */
export function adjust(pValues: ArrayLike<number>, correction: Correction = "holm"): Float64Array {
  const m = pValues.length;
  for (let i = 0; i < m; i++) {
    if (pValues[i]! >= 0 && pValues[i]! <= 1) continue;
    throw new HeedError("metric", `adjust: pValues[${i}] is ${pValues[i]}`, "p values lie in [0, 1]");
  }
  if (correction === "bonferroni") return Float64Array.from(pValues, (p) => Math.min(1, m * p));
  const order = Int32Array.from(pValues, (_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Float64Array(m);
  if (correction === "holm") {
    let largest = 0;
    order.forEach((at, rank) => {
      largest = Math.max(largest, Math.min(1, (m - rank) * pValues[at]!));
      adjusted[at] = largest;
    });
    return adjusted;
  }
  let smallest = 1;
  for (let rank = m - 1; rank >= 0; rank--) {
    smallest = Math.min(smallest, (m / (rank + 1)) * pValues[order[rank]!]!);
    adjusted[order[rank]!] = smallest;
  }
  return adjusted;
}
