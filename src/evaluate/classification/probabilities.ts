import { HeedError } from "../../core/errors.js";
import { checkLabels } from "./labels.js";

/** Refuses what no metric of probabilities can use: see `checkLabels`, and predictions outside [0, 1]. */
export function checkProbabilities(
  metric: string,
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): void {
  checkLabels(metric, labels, probabilities, "probabilities");
  for (let i = 0; i < labels.length; i++) {
    if (probabilities[i]! >= 0 && probabilities[i]! <= 1) continue;
    throw new HeedError(
      "metric",
      `${metric}: probabilities[${i}] is ${probabilities[i]}`,
      "probabilities lie in [0, 1]; apply the sigmoid to logits",
    );
  }
}
