import { HeedError } from "../../core/errors.js";

function total(metric: string, counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i]! >= 0 && counts[i]! < Number.POSITIVE_INFINITY))
      throw new HeedError("metric", `${metric}: counts[${i}] is ${counts[i]}`, "counts are numbers from 0");
    sum += counts[i]!;
  }
  if (sum === 0) throw new HeedError("metric", `${metric}: nothing was recommended`, "give lists with items");
  return sum;
}

/**
 * Gini index of exposure over all items of the catalogue, those never recommended (count 0) included: 0 when all are
 * shown equally often, near 1 when one takes all. Where id 0 is padding, give `counts.subarray(1)`.
 */
export function gini(counts: ArrayLike<number>): number {
  const sum = total("gini", counts);
  const sorted = Float64Array.from(counts).sort();
  const m = sorted.length;
  return sorted.reduce((area, count, i) => area + (2 * (i + 1) - m - 1) * count, 0) / (m * sum);
}

/** Shannon entropy of exposure: distributional coverage in bits (the default), or in nats. */
export function exposureEntropy(counts: ArrayLike<number>, unit: "bits" | "nats" = "bits"): number {
  const sum = total("exposureEntropy", counts);
  let nats = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i]! > 0) nats -= (counts[i]! / sum) * Math.log(counts[i]! / sum);
  }
  return unit === "nats" ? nats : nats / Math.LN2;
}

/** RecBole's ShannonEntropy: nats divided by the number of distinct recommended items. Only to compare with its tables. */
export function entropyRecbole(counts: ArrayLike<number>): number {
  const nats = exposureEntropy(counts, "nats");
  return nats / Array.from(counts).filter((count) => count > 0).length;
}
