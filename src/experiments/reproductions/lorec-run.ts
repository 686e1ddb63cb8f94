import { leaveOneOut, row, rowsOf } from "../../data/index.js";
import { atRank, auc, bootstrap, mean } from "../../evaluate/index.js";
import {
  highest,
  lossesOf,
  rankTargets,
  suspicionByView,
  targetMetrics,
  trainGuarded,
} from "../../guard/index.js";
import { graphScores, rankAll, sasRec, type Target } from "../../models/index.js";
import { type FitOptions, fit, type Trainer } from "../../train/index.js";
import type { CellContext, Outcome } from "../experiment.js";
import { type Poisoned, viewsOf, type World } from "./lorec-world.js";

/** What is done against attackers. Nobody is told who or how many they are. */
export const defences = ["undefended", "lorec", "lorec-no-view", "trimming", "view-classifier"] as const;
export type Defence = (typeof defences)[number];

/** All that training depends on beside the data. */
export const lorecSettings = {
  length: 20,
  batchSize: 128,
  learningRate: 1e-3,
  epochs: 30,
  /** Weights of an earlier epoch are never kept: half, as in the publication. */
  leastEpochs: 15,
  options: { dim: 64 },
  start: 6,
  every: 2,
  passes: 2,
  /** Share of accounts that trimming and the view classifier drop. */
  dropped: 0.01,
};

export type LorecSettings = typeof lorecSettings;

/** Trains SASRec with one defence, and measures it on genuine users. */
export async function runDefence(
  world: World,
  poisoned: Poisoned,
  defence: Defence,
  { seed, settings, context }: { seed: number; settings: LorecSettings; context: CellContext },
): Promise<Outcome> {
  const start = performance.now();
  const training = await train(world, poisoned, defence, seed, settings, context);
  const { trainer, figures, epochs } = training;
  const seconds = (performance.now() - start) / 1000;
  const judged = await judge(world, trainer.predict.bind(trainer), settings.length);
  const steps = trainer.state.step;
  await trainer.release();
  return {
    figures: { ...judged, ...figures },
    seconds: (performance.now() - start) / 1000,
    facts: { epochs, bestEpoch: training.bestEpoch, secondsPerStep: seconds / steps },
  };
}

async function train(
  world: World,
  poisoned: Poisoned,
  defence: Defence,
  seed: number,
  settings: LorecSettings,
  { signal, report }: CellContext,
): Promise<{ trainer: Trainer; bestEpoch: number; epochs: number; figures: Outcome["figures"] }> {
  const { length, batchSize, learningRate, epochs, options, start } = settings;
  const column = poisoned.train;
  const common = {
    seed,
    optimizer: { kind: "adam" },
    learningRate,
    epochs,
    monitor: { metric: "kept hr@10", mode: "max" },
    metrics: validation(poisoned, settings),
    ...(signal && { signal }),
  } as const;
  if (defence === "lorec" || defence === "lorec-no-view") {
    const views = defence === "lorec" ? await viewsOf(world, poisoned) : undefined;
    const { every, passes } = settings;
    const guarded = await trainGuarded(sasRec, column, {
      ...common,
      ...{ length, batchSize, options, start, every, passes, views, report },
      fakes: world.fakes,
    });
    return { ...guarded, epochs: guarded.history.length, figures: standing(guarded, poisoned.genuine) };
  }
  const weights = new Float64Array(rowsOf(column)).fill(1);
  if (defence === "view-classifier") {
    const views = await viewsOf(world, poisoned);
    const users = rowsOf(column);
    const suspicion = await suspicionByView(views.slice(0, users), views.slice(users), { seed });
    for (const user of highest(suspicion, settings.dropped)) weights[user] = 0;
  }
  const inner = sasRec.training(column, { length, batchSize, seed, weights, options });
  const training = fit(sasRec.trainable({ items: column.size - 1, length, weighted: true }, options), {
    ...common,
    embeddings: "exact",
    async *batches(epoch, network) {
      if (defence === "trimming" && epoch >= start) {
        const losses = await lossesOf(
          lastOf(column),
          graphScores((feeds) => network.predict(feeds), length),
        );
        weights.fill(1);
        for (const user of highest(losses, settings.dropped)) weights[user] = 0;
      }
      yield* inner(epoch, network);
    },
  });
  for await (const progress of training) report(progress);
  const fitted = await training.finish();
  return { ...fitted, epochs: fitted.history.length, figures: {} };
}

/** Validation HR@10 over all accounts, as nobody knows who is genuine; epochs that may not be kept count below all others. */
function validation({ train, validation: held }: Poisoned, { length, leastEpochs }: LorecSettings) {
  const targets: Target[] = Array.from(held, (target, user) => ({
    history: row(train, user),
    target,
  })).filter(({ target }) => target > 0);
  let epoch = 0;
  const metrics: NonNullable<FitOptions["metrics"]> = async (predict) => {
    const hitRate = mean(atRank(await rankAll(targets, graphScores(predict, length)), 10).hitRate);
    epoch++;
    return { "hr@10": hitRate, "kept hr@10": epoch < leastEpochs ? hitRate - 1 : hitRate };
  };
  return metrics;
}

/** For each user the last training item and what precedes it. */
function lastOf(train: Poisoned["train"]): Target[] {
  return Array.from({ length: rowsOf(train) }, (_, user) => {
    const ids = row(train, user);
    return { history: ids.subarray(0, -1), target: ids.at(-1)! };
  });
}

/** How accounts came out of LoRec. */
function standing({ states, weights }: { states: Float64Array; weights: Float64Array }, genuine: number) {
  const share = weights.subarray(0, genuine).filter((weight) => weight < 1).length / genuine;
  const figures: Record<string, { value: number }> = { "genuine below 1": { value: share } };
  if (states.length === genuine) return figures;
  const labels = Array.from(states, (_, user) => Number(user >= genuine));
  const suspicion = states.map((state) => -state);
  const caught = weights.subarray(genuine).filter((weight) => weight < 1).length;
  return {
    ...figures,
    auc: { value: auc(labels, suspicion) },
    "attackers below 1": { value: caught / (states.length - genuine) },
  };
}

/** Genuine users only: what they get of what they wanted, and of what is pushed. */
async function judge(
  { genuine, targets }: World,
  predict: Trainer["predict"],
  length: number,
): Promise<Outcome["figures"]> {
  const { test } = leaveOneOut(genuine);
  const users = Array.from(test, (target, user) => {
    const ids = row(genuine, user);
    return { history: ids.subarray(0, -1), target, owned: new Set(ids) };
  });
  const score = graphScores(predict, length);
  const { hitRate, ndcg } = atRank(await rankAll(users, score), 10);
  const pushed = targetMetrics(await rankTargets(users, targets, score));
  const estimate = (values: Float64Array) => {
    const { mean: value, ...interval } = bootstrap(values);
    return { value, ...interval };
  };
  return {
    "hr@10": estimate(hitRate),
    "ndcg@10": estimate(ndcg),
    "t-hr@50": { value: pushed.hitRate },
    "t-ndcg@50": { value: pushed.ndcg },
    "mean rank": { value: pushed.meanRank },
  };
}
