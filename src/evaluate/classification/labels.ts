import { HeedError } from "../../core/errors.js";

/** Refuses what no metric of 0/1 labels can use: nothing at all, unequal lengths, another label, a NaN prediction. */
export function checkLabels(
  metric: string,
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  called: "scores" | "probabilities",
): void {
  const n = labels.length;
  if (n === 0) throw new HeedError("metric", `${metric}: no labels`, "give at least one example");
  if (predictions.length !== n) {
    throw new HeedError(
      "metric",
      `${metric}: ${n} labels and ${predictions.length} ${called}`,
      "give one per label",
    );
  }
  for (let i = 0; i < n; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) {
      throw new HeedError("metric", `${metric}: labels[${i}] is ${labels[i]}`, "labels are 0 or 1");
    }
    if (Number.isNaN(predictions[i])) {
      throw new HeedError("metric", `${metric}: ${called}[${i}] is NaN`, "check the model's outputs");
    }
  }
}
