/** What targets are ranked among: all items, or a sample, which biases every figure and must be named beside it. */
export type Candidates =
  | { kind: "full" }
  | {
      kind: "sampled";
      /** Negatives a user. */
      count: number;
      /** How they were drawn: "uniform", "popularity^0.75". */
      law: string;
      seed: number;
    };

/** The words that stand beside a figure. */
export function describeCandidates(candidates: Candidates): string {
  if (candidates.kind === "full") return "the full catalogue";
  return `${candidates.count} sampled negatives (${candidates.law}, seed ${candidates.seed})`;
}
