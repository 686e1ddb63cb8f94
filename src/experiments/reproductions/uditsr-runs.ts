import type { Estimate } from "../../bundles/index.js";
import { atRank, bootstrap, type Interval, mean, pairedBootstrap } from "../../evaluate/index.js";
import { type JointData, jointBatches } from "../../models/index.js";
import { fit, type Trainable, type Trainer } from "../../train/index.js";
import type { CellContext, Outcome } from "../experiment.js";
import type { JointWorld } from "./uditsr-data.js";
import {
  blendedRanks,
  eventsOf,
  openPairs,
  type Pairs,
  ranksOf,
  shortlists,
  titleScores,
} from "./uditsr-scores.js";

export type Scene = "search" | "recommendation";

const weights = [0, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const blend = "search with bm25";

export interface JointTraining {
  learningRate: number;
  batchSize: number;
  epochs: number;
  patience: number;
  /** Events of each scene that validation ranks after every epoch, and all that test ranks. */
  validated: number;
  tested: number;
}

function estimate({ mean: value, ...interval }: Interval): Estimate {
  return { value, ...interval };
}

/** Hit rate and NDCG at 10 of ranks, named after where they come from. */
export function rankFigures(name: string, ranks: Float64Array): Record<string, Estimate> {
  const { hitRate, ndcg } = atRank(ranks, 10);
  return {
    [`${name} hr@10`]: estimate(bootstrap(hitRate, { unit: "events" })),
    [`${name} ndcg@10`]: estimate(bootstrap(ndcg, { unit: "events" })),
  };
}

const ndcgOf = (ranks: Float64Array) => atRank(ranks, 10).ndcg;

/** Trains a model of two scenes with AdamW, stopped by the mean validation NDCG@10 of its scenes; judges the best weights. */
export async function trainJoint(
  model: Trainable,
  world: JointWorld,
  data: JointData,
  run: { training: JointTraining; seed: number; scenes: readonly Scene[] },
  { checkpoint, signal, report }: CellContext,
): Promise<Outcome> {
  const { learningRate, batchSize, epochs, patience, validated, tested } = run.training;
  const ranks = async (
    trainer: Pick<Trainer, "predict" | "probe">,
    part: "validation" | "test",
    limit: number,
  ) => {
    const pairs = await openPairs(trainer, world);
    const found = new Map<Scene, Float64Array>();
    for (const scene of run.scenes) {
      const events = world[part];
      const chosen = eventsOf(events, scene === "search", limit);
      found.set(scene, await ranksOf(world, events, chosen, pairs.scores(scene), signal));
    }
    return { pairs, found };
  };
  const training = fit(model, {
    seed: run.seed,
    optimizer: { kind: "adamw", weightDecay: 1e-5 },
    embeddings: "exact",
    learningRate,
    epochs,
    monitor: { metric: "ndcg@10", mode: "max" },
    patience,
    checkpoint: { folder: checkpoint },
    ...(signal && { signal }),
    batches: (epoch) => jointBatches(data, { batchSize, seed: run.seed, epoch }),
    metrics: async (predict, probe) => {
      const { found } = await ranks({ predict, probe }, "validation", validated);
      const each = Object.fromEntries(
        [...found].map(([scene, of]) => [`${scene} ndcg@10`, mean(ndcgOf(of))]),
      );
      return { ...each, "ndcg@10": mean(Object.values(each)) };
    },
  });
  for await (const progress of training) report(progress);
  const { trainer, history, bestEpoch } = await training.finish();
  const secondsPerStep = trainer.timing.total / 1000 / trainer.state.step;
  const { pairs, found } = await ranks(trainer, "test", tested);
  const figures = Object.assign({}, ...[...found].map(([scene, of]) => rankFigures(scene, of)));
  if (found.has("search")) Object.assign(figures, await blendFigures(world, pairs, run.training));
  if (run.scenes.length === 2) Object.assign(figures, await demandFigures(world, pairs, tested));
  await trainer.release();
  return {
    figures,
    seconds: history.reduce((total, { seconds }) => total + seconds, 0),
    facts: { epochs: history.length, bestEpoch, secondsPerStep },
  };
}

/** BM25's best items ordered anew by both, the weight chosen on validation; and what that gains over BM25 alone. */
async function blendFigures(
  world: JointWorld,
  pairs: Pairs,
  { validated, tested }: JointTraining,
): Promise<Record<string, Estimate>> {
  const lists = async (part: "validation" | "test", limit: number) =>
    shortlists(world, world[part], eventsOf(world[part], true, limit), pairs);
  const validation = await lists("validation", validated);
  const gains = weights.map((weight) => mean(ndcgOf(blendedRanks(validation, weight))));
  const weight = weights[gains.indexOf(Math.max(...gains))]!;
  const test = await lists("test", tested);
  const [blended, alone] = [blendedRanks(test, weight), blendedRanks(test, 0)];
  return {
    ...rankFigures(blend, blended),
    "blend weight": { value: weight },
    "search ndcg@10 gained over bm25": estimate(
      pairedBootstrap(ndcgOf(blended), ndcgOf(alone), { unit: "events" }),
    ),
  };
}

/**
 * Of test searches: how far the guess lies from what was typed, a mean of squares; and how far taste plus demand lies from
 * what was taken, and from another item, squared lengths.
 */
async function demandFigures(
  world: JointWorld,
  pairs: Pairs,
  tested: number,
): Promise<Record<string, Estimate>> {
  const { test, items } = world;
  const chosen = eventsOf(test, true, tested);
  const taken = chosen.map((event) => test.item[event]!);
  const dim = pairs.vectors["vectors.items"]!.shape[1]!;
  const probes = await pairs.probes(test, chosen, taken);
  const [demand, typed] = [probes.demand!.data as Float32Array, probes.typed!.data as Float32Array];
  const vector = (name: "users" | "items", id: number) =>
    (pairs.vectors[`vectors.${name}`]!.data as Float32Array).subarray(id * dim, (id + 1) * dim);
  const errors = chosen.map((_, i) => {
    const parts = Array.from({ length: dim }, (__, d) => (demand[i * dim + d]! - typed[i * dim + d]!) ** 2);
    return mean(parts);
  });
  const distance = (i: number, item: number) => {
    const user = vector("users", test.user[chosen[i]!]!);
    const goal = vector("items", item);
    return user.reduce((sum, value, d) => sum + (value + typed[i * dim + d]! - goal[d]!) ** 2, 0);
  };
  const near = chosen.map((_, i) => distance(i, taken[i]!));
  // Items spread over the catalogue, the same for every model.
  const far = chosen.map((_, i) => distance(i, (taken[i]! + 1 + ((i * 7919) % (items - 1))) % items));
  const of = (values: number[]) => estimate(bootstrap(values, { unit: "events" }));
  return {
    "demand error": of(errors),
    "distance to taken": of(near),
    "distance to others": of(far),
    "distance gained": estimate(pairedBootstrap(far, near, { unit: "events" })),
  };
}

/** What text alone finds: BM25 over titles, ties counted one half, or falling by popularity, and how much lies within reach. */
export async function textOutcome(world: JointWorld, popular: boolean, tested: number): Promise<Outcome> {
  const start = performance.now();
  const chosen = eventsOf(world.test, true, tested);
  const ranks = await ranksOf(world, world.test, chosen, titleScores(world, popular));
  const reached = Float64Array.from(ranks, (rank) => Number(rank <= 200));
  return {
    figures: {
      ...rankFigures("search", ranks),
      "search recall@200": estimate(bootstrap(reached, { unit: "events" })),
    },
    seconds: (performance.now() - start) / 1000,
  };
}
