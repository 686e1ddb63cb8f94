import { atRank, rankOf } from "../../evaluate/index.js";
import type { Trainer } from "../../train/index.js";
import { historyFeed } from "./batches.js";
import type { CountingModel } from "./recommender.js";

/** What somebody chose next, and everything they had before it. */
export interface Target {
  history: Int32Array;
  target: number;
}

/** Scores of the whole catalogue for many histories at once; those of the i-th hold until another is asked for. */
export type ScoreBatch = (histories: readonly Int32Array[]) => Promise<(i: number) => ArrayLike<number>>;

/** The scores that a sequence model's graph gives; it reads the last `length` items. */
export function graphScores(predict: Trainer["predict"], length: number): ScoreBatch {
  return async (histories) => {
    const { scores } = await predict(historyFeed(histories, length));
    const width = scores!.shape[1]!;
    return (i) => (scores!.data as Float32Array).subarray(i * width, (i + 1) * width);
  };
}

export function countedScores(model: Pick<CountingModel, "score" | "items">): ScoreBatch {
  const scores = new Float64Array(model.items + 1);
  return async (histories) => (i) => {
    model.score(histories[i]!, scores);
    return scores;
  };
}

/** The rank of each target in the whole catalogue, seen items removed. Other work of the process goes on meanwhile. */
export async function rankAll(
  targets: readonly Target[],
  score: ScoreBatch,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const ranks = new Float64Array(targets.length);
  for (let start = 0; start < targets.length; start += 256) {
    const batch = targets.slice(start, start + 256);
    const scores = await score(batch.map(({ history }) => history));
    batch.forEach(({ history, target }, i) => {
      ranks[start + i] = rankOf(scores(i), target, history);
    });
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
  return ranks;
}

/** NDCG@10 and HR@10 of each person. */
export async function judgeRanking(
  targets: readonly Target[],
  score: ScoreBatch,
): Promise<{ ndcg: Float64Array; hitRate: Float64Array }> {
  const { ndcg, hitRate } = atRank(await rankAll(targets, score), 10);
  return { ndcg, hitRate };
}
