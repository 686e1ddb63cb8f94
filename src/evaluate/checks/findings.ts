import { HeedError } from "../../core/errors.js";

/** What can be wrong with a set-up, by code. Codes are stable; programs may switch on them. */
export const leakCodes = {
  "random-split-on-timed-data":
    "training holds later rows of the users whose earlier rows are tested, as random splits do",
  "future-in-training": "training holds rows later than the first test row, of other users",
  "rows-in-two-parts": "the same row is in two parts of a split",
  "duplicates-across-splits": "rows of two parts are equal in every column given",
  "vocabulary-fitted-on-test": "a vocabulary knows tokens that only the test rows have",
  "test-in-transitions": "a transition table knows steps that only the test rows take",
  "sampled-metrics":
    "items were ranked among a sample: figures are biased and can reverse the order of systems",
  "sampled-compared-with-full":
    "figures from sampled candidates stand beside figures from the full catalogue",
} as const;

export type LeakCode = keyof typeof leakCodes;

/** One thing found wrong. A refusal makes figures meaningless; a warning makes them mean less than they seem to. */
export interface Finding {
  code: LeakCode;
  severity: "warning" | "refusal";
  what: string;
  remedy: string;
  /** Rows, tokens or steps concerned. */
  count: number;
}

/** Throws the first refusal as an error with its code; hands back the warnings. */
export function refuse(findings: readonly Finding[]): Finding[] {
  const refusal = findings.find(({ severity }) => severity === "refusal");
  if (refusal) throw new HeedError(refusal.code, refusal.what, refusal.remedy);
  return [...findings];
}
