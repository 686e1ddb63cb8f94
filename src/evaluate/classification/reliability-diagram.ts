import type { ReliabilityBin } from "./calibration.js";

/**
 * A reliability diagram for the terminal: a line a bin, the bar as long as the observed share, `|` where the mean
 * probability lies. A bar that stops short of its mark was promised too much. Empty bins are left out.
 */
export function reliabilityDiagram(bins: readonly ReliabilityBin[], width = 40): string {
  const place = (share: number) => Math.round(share * width);
  const rows = bins
    .filter(({ n }) => n > 0)
    .map(({ low, high, n, predicted, observed }) => {
      const cells: string[] = Array.from({ length: width + 1 }, (_, i) => (i < place(observed) ? "#" : " "));
      cells[place(predicted)] = "|";
      const range = `${low.toFixed(3)}-${high.toFixed(3)}`;
      return `${range} ${cells.join("")} ${predicted.toFixed(3)} ${observed.toFixed(3)} ${n}`;
    });
  return [`${"bin".padEnd(11)} ${" ".repeat(width + 1)} mean p  true  n`, ...rows].join("\n");
}
