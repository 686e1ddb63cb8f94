import { HeedError } from "../core/errors.js";

/** Mean negative log-likelihood of 0/1 labels; probabilities are kept 1e-15 away from 0 and 1. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const n = labels.length;
  if (probabilities.length !== n || n === 0) {
    throw new HeedError(
      "metric",
      `logLoss: ${n} labels and ${probabilities.length} probabilities`,
      "give one probability per label",
    );
  }
  let total = 0;
  for (let i = 0; i < n; i++) {
    const p = Math.min(1 - 1e-15, Math.max(1e-15, probabilities[i]!));
    total -= labels[i]! > 0 ? Math.log(p) : Math.log(1 - p);
  }
  if (Number.isNaN(total))
    throw new HeedError("metric", "logLoss: a probability is NaN", "check the model's outputs");
  return total / n;
}
