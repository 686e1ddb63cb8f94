import { join } from "node:path";
import { saveBundle } from "../../bundles/index.js";
import { mean } from "../../evaluate/index.js";
import { graphScores, judgeRanking, popularity, sequentialModels } from "../../models/index.js";
import { fit, type Trainer } from "../../train/index.js";
import { until } from "./budget.js";
import type { Candidate } from "./candidates.js";
import { bundleAbout, judge } from "./judge.js";
import { send } from "./messages.js";
import type { Judged, TrainingRequest } from "./request.js";
import type { TimeSplit } from "./split.js";

/** Items of a history that a model reads. */
const length = 50;
const settings = {
  optimizer: { kind: "adam" },
  epochs: 50,
  learningRate: 2e-3,
  batchSize: 256,
  monitor: { metric: "ndcg", mode: "max" },
  patience: 3,
} as const;

/**
 * Trains a sequence model until it no longer gets better on validation or `seconds` are used up, within an epoch too, and
 * saves the best it was. It makes one step at least.
 */
export async function trainCandidate(
  request: TrainingRequest,
  { name, options }: Candidate,
  split: TimeSplit,
  { fingerprint, seconds }: { fingerprint: string; seconds: number },
): Promise<Judged> {
  const start = performance.now();
  let end = start + seconds * 1000;
  const { seed, items } = request;
  const model = sequentialModels.find((each) => each.name === name)!;
  const { batchSize, ...rest } = settings;
  const shape = { items: items.length - 1, length, popularity: popularity(split.train) };
  const batches = model.training(split.train, { length, batchSize, seed, options });
  const judgingOf = async (predict: Trainer["predict"]) => {
    const few = split.validation.slice(0, 256);
    const began = performance.now();
    await judgeRanking(few, graphScores(predict, length));
    // Of the last epoch the validation, and of the best weights both periods.
    return ((performance.now() - began) / few.length) * (2 * split.validation.length + split.test.length);
  };
  let isMeasured = false;
  const run = fit(model.trainable(shape, options), {
    ...rest,
    seed,
    embeddings: "exact",
    batches: async function* (epoch, network) {
      if (!isMeasured) end -= await judgingOf((feeds) => network.predict(feeds));
      isMeasured = true;
      yield* until(end, batches(epoch, network));
    },
    isOver: () => performance.now() >= end,
    metrics: async (predict) => ({
      ndcg: mean((await judgeRanking(split.validation, graphScores(predict, length))).ndcg),
    }),
  });
  for await (const progress of run) {
    if (progress.kind !== "epoch") continue;
    void send({ kind: "progress", model: name, epoch: progress.epoch, validation: progress.metrics.ndcg! });
  }
  const { trainer } = await run.finish();
  const outOfTime = performance.now() >= end;
  const bundle = join(request.folder, name);
  const judged = await judge(
    { model: name, bundle, trained: true, outOfTime },
    graphScores((feeds) => trainer.predict(feeds), length),
    split,
  );
  await saveBundle(bundle, {
    description: {
      ...bundleAbout(request, fingerprint, name, { ...settings, options, maximumSeconds: seconds }),
      kind: "sequence",
      length,
      metrics: {
        "validation ndcg@10": { value: mean(judged.validation) },
        "test ndcg@10": { value: mean(judged.test) },
      },
    },
    graph: trainer.exportOnnx(),
    vocabularies: { item: items.slice(1) },
  });
  await trainer.release();
  return { ...judged, seconds: (performance.now() - start) / 1000 };
}
