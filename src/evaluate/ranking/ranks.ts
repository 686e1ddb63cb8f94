import { HeedError } from "../../core/errors.js";
import { checkCutOff } from "./cut-off.js";

/**
 * The rank of one target in the full catalogue: 1 + items strictly better + half the ties, the target itself not among
 * them. `scores[id]` for ids 0..items; id 0 is padding and never competes, nor do excluded ids. The target competes even
 * when excluded. A NaN score is an error: it would lose to everything and flatter the target.
 */
export function rankOf(scores: ArrayLike<number>, target: number, excluded: Iterable<number> = []): number {
  const mine = scores[target];
  if (mine === undefined || !(target >= 1)) {
    throw new HeedError(
      "metric",
      `rankOf: target ${target} of ${scores.length - 1} items`,
      `targets run from 1 to ${scores.length - 1}`,
    );
  }
  let better = 0;
  let ties = 0;
  for (let id = 1; id < scores.length; id++) {
    const score = scores[id]!;
    if (score > mine) better++;
    else if (score === mine) ties++;
    else if (!(score < mine)) {
      const bad = Number.isNaN(mine) ? target : id;
      throw new HeedError("metric", `rankOf: the score of item ${bad} is NaN`, "check the model's outputs");
    }
  }
  ties--; // the target itself
  for (const id of new Set(excluded)) {
    if (id < 1 || id === target) continue;
    if (scores[id]! > mine) better--;
    else if (scores[id] === mine) ties--;
  }
  return 1 + better + ties / 2;
}

/** Per-user metrics of single-target rankings, from ranks (from 1, a half where scores tied; see `rankOf`). */
export function atRank(
  ranks: ArrayLike<number>,
  k: number,
): { hitRate: Float64Array; ndcg: Float64Array; mrr: Float64Array } {
  checkCutOff(k);
  for (let i = 0; i < ranks.length; i++) {
    if (ranks[i]! >= 1) continue;
    throw new HeedError("metric", `atRank: rank ${i} is ${ranks[i]}`, "ranks are numbers from 1");
  }
  const each = (value: (rank: number) => number) =>
    Float64Array.from({ length: ranks.length }, (_, i) => (ranks[i]! <= k ? value(ranks[i]!) : 0));
  const gain = (rank: number) => 1 / Math.log2(rank + 1);
  return { hitRate: each(() => 1), ndcg: each(gain), mrr: each((rank) => 1 / rank) };
}
