import { HeedError } from "../core/errors.js";
import { atRank, mean, rankOf } from "../evaluate/index.js";
import type { ScoreBatch } from "../models/index.js";

/** A genuine user: what the model is shown of them, and everything they own (held-out items too). */
export interface Onlooker {
  history: Int32Array;
  owned: ReadonlySet<number>;
}

/** How far a pushed item gets into the lists of those who do not own it. */
export interface TargetRanks {
  target: number;
  /** One rank a user who does not own the target, among the whole catalogue without their history. */
  ranks: Float64Array;
}

/**
 * The rank of every target for every genuine user who does not own it. Attackers are not to be among the users: they
 * own the target and would flatter the attack. Errors: "attack" for a target that everybody owns.
 */
export async function rankTargets(
  users: readonly Onlooker[],
  targets: ArrayLike<number>,
  score: ScoreBatch,
  signal?: AbortSignal,
): Promise<TargetRanks[]> {
  const ranks = Array.from(targets, (): number[] => []);
  for (let start = 0; start < users.length; start += 256) {
    const batch = users.slice(start, start + 256);
    const scores = await score(batch.map(({ history }) => history));
    batch.forEach(({ history, owned }, i) => {
      for (let t = 0; t < targets.length; t++) {
        if (!owned.has(targets[t]!)) ranks[t]!.push(rankOf(scores(i), targets[t]!, history));
      }
    });
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
  return ranks.map((list, t) => {
    if (list.length > 0) return { target: targets[t]!, ranks: Float64Array.from(list) };
    throw new HeedError(
      "attack",
      `no genuine user is without the target ${targets[t]}`,
      "push an item that some users do not own yet",
    );
  });
}

/** T-HR@k, T-NDCG@k and the mean rank: means over users for each target, averaged over the targets alike. */
export function targetMetrics(
  ranked: readonly TargetRanks[],
  k = 50,
): { hitRate: number; ndcg: number; meanRank: number } {
  if (ranked.length === 0) throw new HeedError("metric", "targetMetrics: no targets", "give at least one");
  const at = ranked.map(({ ranks }) => atRank(ranks, k));
  return {
    hitRate: mean(at.map(({ hitRate }) => mean(hitRate))),
    ndcg: mean(at.map(({ ndcg }) => mean(ndcg))),
    meanRank: mean(ranked.map(({ ranks }) => mean(ranks))),
  };
}
