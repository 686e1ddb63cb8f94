import { join } from "node:path";
import { saveBundle } from "../../bundles/index.js";
import { HeedError, nearest } from "../../core/errors.js";
import { mean } from "../../evaluate/index.js";
import {
  type CountingModel,
  countedScores,
  fitItemKnn,
  fitPopular,
  graphScores,
  judgeRanking,
  popularity,
  type ScoreBatch,
  sequentialModels,
} from "../../models/index.js";
import { fit } from "../../train/index.js";
import { openModel } from "../runtime/models.js";
import { readColumns } from "./columns.js";
import { saveCounting } from "./counting.js";
import { inOrder } from "./in-order.js";
import type { Judged, TrainingMessage, TrainingOrder, TrainingRequest, TrainingResult } from "./request.js";
import { splitByTime, type TimeSplit } from "./split.js";

/** The process that trains, so that serving stays responsive. It ends when its parent does. */

const length = 50;
const settings = {
  optimizer: { kind: "adam" },
  epochs: 50,
  learningRate: 2e-3,
  batchSize: 256,
  monitor: { metric: "ndcg", mode: "max" },
  patience: 3,
} as const;

async function train(request: TrainingRequest): Promise<TrainingResult> {
  const { items, folder } = request;
  const { user, item, fingerprint } = inOrder(request);
  const split = splitByTime(user, item, items.length - 1);
  if (split.validation.length === 0 || split.test.length === 0) {
    throw new HeedError(
      "too-few-events",
      "there are too few events to train: nobody came back for something new",
      "record more events, then train again; popular and new items serve meanwhile",
    );
  }
  const judged: Judged[] = [];
  for (const [name, fitted, served] of simpleModels(split)) {
    const bundle = join(folder, name);
    await saveCounting(bundle, served(), describe(request, fingerprint, name, {}), items);
    judged.push(await judge(name, bundle, countedScores(fitted), split));
  }
  if (request.recipe !== null) judged.push(await trainRecipe(request, fingerprint, request.recipe, split));
  const champion =
    request.champion === undefined ? null : await judgeChampion(request.champion, request, split);
  return {
    judged,
    neighbours: join(folder, "item-knn"),
    validationUsers: Int32Array.from(split.validation, (target) => target.user),
    ...(champion && { champion }),
  };
}

/** What needs no training: judged on the past, served with everything. */
function simpleModels(
  split: TimeSplit,
): [name: string, fitted: CountingModel, served: () => CountingModel][] {
  return [
    ["popular", fitPopular(split.train), () => fitPopular(split.everything)],
    ["item-knn", fitItemKnn(split.train), () => fitItemKnn(split.everything)],
  ];
}

async function judge(
  model: string,
  bundle: string,
  score: ScoreBatch,
  { validation, test }: TimeSplit,
): Promise<Judged> {
  const onValidation = await judgeRanking(validation, score);
  const onTest = await judgeRanking(test, score);
  void send({ kind: "judged", model, validation: mean(onValidation.ndcg) });
  return {
    model,
    bundle,
    validation: onValidation.ndcg,
    test: onTest.ndcg,
    testHits: onTest.hitRate,
  };
}

async function trainRecipe(
  request: TrainingRequest,
  fingerprint: string,
  recipe: string,
  split: TimeSplit,
): Promise<Judged> {
  const { seed, items, seconds } = request;
  const model = sequentialModels.find(({ name }) => name === recipe);
  if (!model) {
    const names = sequentialModels.map(({ name }) => name);
    const near = nearest(recipe, names);
    throw new HeedError(
      "unknown-model",
      `heed.config.ts asks for a model "${recipe}"`,
      near ? `did you mean "${near}"?` : `the models that can be trained on events are ${names.join(", ")}`,
    );
  }
  const { batchSize, ...rest } = settings;
  const { options } = request;
  const shape = { items: items.length - 1, length, popularity: popularity(split.train) };
  const run = fit(model.trainable(shape, options), {
    ...rest,
    seed,
    embeddings: "exact",
    maximumSeconds: seconds,
    batches: model.training(split.train, { length, batchSize, seed, options }),
    metrics: async (predict) => ({
      ndcg: mean((await judgeRanking(split.validation, graphScores(predict, length))).ndcg),
    }),
  });
  for await (const progress of run) {
    if (progress.kind === "epoch")
      void send({
        kind: "progress",
        model: recipe,
        epoch: progress.epoch,
        validation: progress.metrics.ndcg!,
      });
  }
  const { trainer } = await run.finish();
  const bundle = join(request.folder, recipe);
  const result = await judge(
    recipe,
    bundle,
    graphScores((feeds) => trainer.predict(feeds), length),
    split,
  );
  await saveBundle(bundle, {
    description: {
      ...describe(request, fingerprint, recipe, {
        ...settings,
        options: request.options,
        maximumSeconds: seconds,
      }),
      kind: "sequence",
      length,
      metrics: {
        "validation ndcg@10": { value: mean(result.validation) },
        "test ndcg@10": { value: mean(result.test) },
      },
    },
    graph: trainer.exportOnnx(),
    vocabularies: { item: items.slice(1) },
  });
  await trainer.release();
  return result;
}

function describe(
  request: TrainingRequest,
  fingerprint: string,
  model: string,
  used: Record<string, unknown>,
) {
  return {
    model,
    seed: request.seed,
    embeddings: "exact",
    settings: used,
    data: { name: "events", fingerprint },
    metrics: {},
  } as const;
}

/** The champion on the people its challengers are judged on. Items it never saw have no score: it does not find them. */
async function judgeChampion(
  folder: string,
  { items }: TrainingRequest,
  split: TimeSplit,
): Promise<Float64Array | null> {
  const model = await openModel(folder, 0);
  try {
    const { scoreAll } = model;
    if (!scoreAll) return null;
    const places = items.map((item) => model.place(item));
    const score: ScoreBatch = async (histories) => {
      const own = await Promise.all(
        histories.map((history) => scoreAll(Array.from(history, (id) => items[id]!))),
      );
      return (i) =>
        Float32Array.from(places, (place, id) =>
          id > 0 && place > 0 && own[i] ? own[i]![place]! : Number.NEGATIVE_INFINITY,
        );
    };
    return (await judgeRanking(split.validation, score)).ndcg;
  } finally {
    await model.release();
  }
}

/** Resolves when the message has left: ending before that would lose a large one. */
function send(message: TrainingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, () => resolve());
    else resolve();
  });
}

async function answer(order: TrainingOrder): Promise<void> {
  try {
    const request = { ...order, ...(await readColumns(order.folder)) };
    await send({ kind: "done", result: await train(request) });
  } catch (error) {
    const { message } = error as Error;
    await send({ kind: "failed", code: error instanceof HeedError ? error.code : "training", message });
  }
  process.disconnect?.();
}

process.once("message", (order: TrainingOrder) => {
  void answer(order);
});
// Without a parent there is nobody to train for; on Ctrl-C, which reaches both, the parent decides.
process.once("disconnect", () => process.exit());
process.on("SIGINT", () => {});
