import { HeedError } from "../core/errors.js";

/**
 * A metric of one ranked list: binary relevance, the first `k` places count, a list shorter than `k` is no error. An item
 * listed twice counts at its first place only. Without relevant items the metric is NaN: leave such users out of the mean.
 */
type RankedMetric = (ranked: ArrayLike<number>, relevant: Iterable<number>, k: number) => number;

/** The positions (from 1) up to k that hold a relevant item. */
function hits(ranked: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number[] {
  checkCutOff(k);
  const left = new Set(relevant);
  const found: number[] = [];
  for (let i = 0; i < Math.min(k, ranked.length); i++) if (left.delete(ranked[i]!)) found.push(i + 1);
  return found;
}

function checkCutOff(k: number): void {
  if (Number.isInteger(k) && k >= 1) return;
  throw new HeedError("metric", `cut-off k is ${k}`, "give a whole number from 1");
}

function metric(compute: (positions: number[], relevant: number, k: number) => number): RankedMetric {
  return (ranked, relevant, k) => {
    const set = new Set(relevant);
    const positions = hits(ranked, set, k);
    return set.size === 0 ? Number.NaN : compute(positions, set.size, k);
  };
}

const gain = (position: number) => 1 / Math.log2(position + 1);

/** 1 when a relevant item is among the first k. */
export const hitRate = metric((positions) => (positions.length > 0 ? 1 : 0));
/** Binary relevance; the ideal list has min(k, relevant) hits at the top. */
export const ndcg = metric((positions, relevant, k) => {
  let ideal = 0;
  for (let i = 1; i <= Math.min(k, relevant); i++) ideal += gain(i);
  return positions.reduce((total, position) => total + gain(position), 0) / ideal;
});
/** 1 / position of the first hit within k, else 0. */
export const mrr = metric((positions) => (positions.length > 0 ? 1 / positions[0]! : 0));
/** The share of the relevant items that is among the first k. */
export const recall = metric((positions, relevant) => positions.length / relevant);
/** The share of the first k places that holds a relevant item; places a short list leaves empty hold none. */
export const precision = metric((positions, _, k) => positions.length / k);

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
  return { hitRate: each(() => 1), ndcg: each(gain), mrr: each((rank) => 1 / rank) };
}

/** The mean; of nothing it is NaN. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total / values.length;
}
