import { HeedError } from "../../core/errors.js";

/** Refuses a cut-off that is not a whole number from 1. */
export function checkCutOff(k: number): void {
  if (Number.isInteger(k) && k >= 1) return;
  throw new HeedError("metric", `cut-off k is ${k}`, "give a whole number from 1");
}
