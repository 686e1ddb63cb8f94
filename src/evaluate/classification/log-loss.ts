import { HeedError } from "../../core/errors.js";
import { checkLabels } from "./labels.js";

/** Mean negative log-likelihood of 0/1 labels, natural logarithm; probabilities are kept 1e-15 away from 0 and 1. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  checkLabels("logLoss", labels, probabilities, "probabilities");
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const given = probabilities[i]!;
    if (!(given >= 0 && given <= 1)) {
      throw new HeedError(
        "metric",
        `logLoss: probabilities[${i}] is ${given}`,
        "probabilities lie in [0, 1]; apply the sigmoid to logits",
      );
    }
    const p = Math.min(1 - 1e-15, Math.max(1e-15, given));
    total -= labels[i] === 1 ? Math.log(p) : Math.log(1 - p);
  }
  return total / labels.length;
}
