import { HeedError } from "../../core/errors.js";
import { mean } from "../mean.js";
import { checkProbabilities } from "./probabilities.js";

/** Mean negative log-likelihood of 0/1 labels, natural logarithm; probabilities are kept 1e-15 away from 0 and 1. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  checkProbabilities("logLoss", labels, probabilities);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(1 - 1e-15, Math.max(1e-15, probabilities[i]!));
    total -= labels[i] === 1 ? Math.log(p) : Math.log(1 - p);
  }
  return total / labels.length;
}

/**
 * Log loss over that of always predicting the base rate (He et al. 2014): below 1 is better than knowing the rate alone.
 * Both classes must occur.
 */
export function normalizedEntropy(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const loss = logLoss(labels, probabilities);
  const rate = mean(labels);
  if (rate === 0 || rate === 1)
    throw new HeedError("metric", `normalizedEntropy: all labels are ${rate}`, "it needs both classes");
  return loss / -(rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate));
}
