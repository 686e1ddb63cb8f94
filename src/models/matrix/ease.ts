import { HeedError } from "../../core/errors.js";
import { row, rowsOf, type SequenceColumn } from "../../data/index.js";
import { best, type CountingModel, popularity } from "../sequential/recommender.js";
import { invertPositiveDefinite } from "./inverse.js";

/**
 * EASE (Steck 2019, arXiv:1905.03375): the linear model that predicts each item from a user's other items. With
 * P = (X'X + penalty I)^-1, the weight of item i for item j is -P_ij / P_jj, and 0 for itself; a score is the sum over the
 * distinct items of a history, and popularity where none is known. Memory: two float32 matrices of items x items while it is fitted, one afterwards.
 */
export async function fitEase(
  sequences: SequenceColumn,
  options: { penalty: number },
): Promise<CountingModel> {
  const { penalty } = options;
  if (!(Number.isFinite(penalty) && penalty > 0))
    throw new HeedError("option", `penalty is ${penalty}`, "give a number above 0");
  const items = sequences.size - 1;
  const weights = await invertPositiveDefinite(gram(sequences, penalty), items);
  const counts = popularity(sequences);
  const diagonal = Float64Array.from({ length: items }, (_, j) => weights[j * items + j]!);
  for (let i = 0; i < items; i++) {
    for (let j = 0; j < items; j++) weights[i * items + j] = -weights[i * items + j]! / diagonal[j]!;
    weights[i * items + i] = 0;
  }
  return {
    name: "ease",
    items,
    score(history, out) {
      const known = [...new Set(history)].filter((item) => item >= 1 && item <= items);
      if (known.length > 0) out.fill(0);
      else out.set(counts);
      out[0] = Number.NEGATIVE_INFINITY;
      for (const item of known) {
        const from = (item - 1) * items - 1;
        for (let id = 1; id <= items; id++) out[id] = out[id]! + weights[from + id]!;
      }
    },
    similar(item, limit) {
      if (item < 1 || item > items) return [];
      const scores = weights.subarray((item - 1) * items, item * items);
      const positive = Array.from(scores, (score, i) => ({ item: i + 1, score }));
      return best(
        positive.filter(({ score }) => score > 0),
        limit,
      );
    },
  };
}

/** X'X + penalty I, where X has 1 for every distinct item of a sequence: [items, items]. */
function gram(sequences: SequenceColumn, penalty: number): Float32Array {
  const items = sequences.size - 1;
  const counts = new Float32Array(items * items);
  for (let i = 0; i < rowsOf(sequences); i++) {
    const distinct = [...new Set(row(sequences, i))];
    for (const a of distinct) {
      const start = (a - 1) * items - 1;
      for (const b of distinct) counts[start + b]!++;
    }
  }
  for (let j = 0; j < items; j++) counts[j * items + j] = counts[j * items + j]! + penalty;
  return counts;
}
