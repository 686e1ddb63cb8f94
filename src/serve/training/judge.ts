import { mean } from "../../evaluate/index.js";
import { judgeRanking, type ScoreBatch } from "../../models/index.js";
import { send } from "./messages.js";
import type { Judged, TrainingRequest } from "./request.js";
import type { TimeSplit } from "./split.js";

/** Judges a model on both periods, and says so. What is known of it beforehand is given. */
export async function judge(
  known: Pick<Judged, "model" | "bundle" | "trained" | "outOfTime">,
  score: ScoreBatch,
  { validation, test }: TimeSplit,
): Promise<Omit<Judged, "seconds">> {
  const start = performance.now();
  const onValidation = await judgeRanking(validation, score);
  const onTest = await judgeRanking(test, score);
  void send({ kind: "judged", model: known.model, validation: mean(onValidation.ndcg) });
  const judging = (performance.now() - start) / 1000;
  return { ...known, judging, validation: onValidation.ndcg, test: onTest.ndcg, testHits: onTest.hitRate };
}

/** What every bundle of a training says of itself. */
export function bundleAbout(
  { seed }: TrainingRequest,
  fingerprint: string,
  model: string,
  used: Record<string, unknown>,
) {
  return {
    model,
    seed,
    embeddings: "exact",
    settings: used,
    data: { name: "events", fingerprint },
    metrics: {},
  } as const;
}
