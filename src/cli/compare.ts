import { atRank, bootstrap, type Interval, rankOf } from "../evaluate/index.js";
import type { ModelRow, Scorer, Target } from "../serve/index.js";

/** A model's figures over the targets of one period. */
export interface Figures {
  hitRate: Interval;
  ndcg: Interval;
}

/** HR@10 and NDCG@10 over the whole catalogue, seen items removed, with 95 % intervals over people. */
export async function figures(scorer: Pick<Scorer, "score">, targets: readonly Target[]): Promise<Figures> {
  const ranks = new Float64Array(targets.length);
  for (const [i, { history, target }] of targets.entries()) {
    ranks[i] = rankOf(await scorer.score(history), target, history);
  }
  const at10 = atRank(ranks, 10);
  return { hitRate: bootstrap(at10.hitRate), ndcg: bootstrap(at10.ndcg) };
}

export function modelRow(model: string, validation: number, test: Figures): ModelRow {
  const interval = ({ mean: value, low, high }: Interval) =>
    `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
  return {
    model,
    validationNdcg: validation,
    testHitRate: interval(test.hitRate),
    testNdcg: interval(test.ndcg),
    serving: false,
  };
}
