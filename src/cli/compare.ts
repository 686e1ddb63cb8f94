import { atRank, bootstrap, type Interval } from "../evaluate/index.js";
import type { ModelRow, Target, TimeSplit } from "../serve/index.js";
import { rankAll, type ScoreBatch } from "./ranking.js";

/** HR@10 and NDCG@10 over the whole catalogue, seen items removed, with 95 % intervals over people. */
export async function figures(
  score: ScoreBatch,
  targets: readonly Target[],
  signal?: AbortSignal,
): Promise<{ hitRate: Interval; ndcg: Interval }> {
  const at10 = atRank(await rankAll(targets, score, signal), 10);
  return { hitRate: bootstrap(at10.hitRate), ndcg: bootstrap(at10.ndcg) };
}

/** A model's line in the comparison. */
export async function judge(
  model: string,
  score: ScoreBatch,
  split: Pick<TimeSplit, "validation" | "test">,
  signal?: AbortSignal,
): Promise<ModelRow> {
  const validation = await figures(score, split.validation, signal);
  const test = await figures(score, split.test, signal);
  const interval = ({ mean: value, low, high }: Interval) =>
    `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
  return {
    model,
    validationNdcg: validation.ndcg.mean,
    testHitRate: interval(test.hitRate),
    testNdcg: interval(test.ndcg),
    serving: false,
  };
}

/**
 * The model with the best validation NDCG@10, and of equals the first: the test figures play no part in the choice.
 * Without a comparison it is what is popular.
 */
export function choose(rows: readonly ModelRow[]): { winner: string; why: string } {
  const [first, ...others] = [...rows].sort((a, b) => b.validationNdcg - a.validationNdcg);
  if (!first)
    return { winner: "popular", why: "popular serves: there are too few events to compare models." };
  const line = ({ model, validationNdcg }: ModelRow) => `${model} ${validationNdcg.toFixed(4)}`;
  const why = `${first.model} serves: it is best on validation (NDCG@10: ${[first, ...others].map(line).join(", ")}).`;
  return { winner: first.model, why };
}
