import type { Estimate } from "../bundles/index.js";
import type { Spread } from "../experiments/index.js";

/** Cells for people: each metric with its interval or spread. */
export function cells(
  part: string,
  estimates: Readonly<Record<string, Estimate | Spread>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(estimates).map(([name, estimate]) => [`${part} ${name}`, cell(estimate)]),
  );
}

function cell(estimate: Estimate | Spread): string {
  const value = estimate.value.toFixed(4);
  if ("deviation" in estimate) return `${value} ± ${estimate.deviation.toFixed(4)}`;
  const { low, high } = estimate;
  return low === undefined || high === undefined ? value : `${value} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}
