import type { Estimate } from "../../bundles/index.js";
import type { Pairs, SplitPairs } from "../../data/index.js";
import {
  bootstrap,
  evaluateRankings,
  mean,
  type RaggedLists,
  raggedLists,
  rankFactors,
  topItems,
} from "../../evaluate/index.js";
import {
  type FeatureMatrix,
  pairBatches,
  pairSteps,
  type SparseMatrix,
  sparseMatrix,
} from "../../models/index.js";
import { fit, type Trainable, type Trainer } from "../../train/index.js";
import type { CellContext, Outcome } from "../experiment.js";

export const cutOffs = [10, 20];

/** What the ranking draws on: vectors whose products are scores, or the scores of one user at a time. */
export type Scores =
  | { kind: "vectors"; users: Float32Array; items: Float32Array; dim: number }
  | { kind: "rows"; of(user: number): ArrayLike<number> };

export interface PairTraining {
  learningRate: number;
  batchSize: number;
  epochs: number;
  /** Epochs between two validations, and validations in a row without a better one after which training stops. */
  every: number;
  patience: number;
}

/** Training pairs as a matrix [users, items] of ones. */
export function interactionsOf({ users, items, train }: SplitPairs): SparseMatrix {
  return sparseMatrix(users, items, train.user, train.item);
}

function listsOf(users: number, { user, item }: Pairs): RaggedLists {
  const lists = Array.from({ length: users }, (): number[] => []);
  user.forEach((who, row) => {
    lists[who]!.push(item[row]!);
  });
  return raggedLists(lists);
}

/**
 * Recall and NDCG of each user who has an item in a part of the split, full ranking without training items; with `among`,
 * only these items compete. NDCG's ideal is that of all the user's items of the part.
 */
export async function judgePairs(
  split: SplitPairs,
  part: "validation" | "test",
  scores: Scores,
  among?: Int32Array,
): Promise<Record<string, Float64Array>> {
  const seen = listsOf(split.users, split.train);
  const options = { k: Math.max(...cutOffs), seen: among ? otherItems(split, seen, among) : seen };
  const lists = await ranked(split, scores, options);
  const { columns } = evaluateRankings(lists, listsOf(split.users, split[part]), {
    metrics: ["recall", "ndcg"],
    cutOffs,
    items: split.items,
  });
  return Object.fromEntries(
    columns.map(({ name, perUser }) => [name, perUser.filter((value) => !Number.isNaN(value))]),
  );
}

/** Everything that a user may not be shown, where only `among` compete. */
function otherItems({ users, items }: SplitPairs, seen: RaggedLists, among: Int32Array): RaggedLists {
  const competing = new Set(among);
  return raggedLists(
    Array.from({ length: users }, (_, user) => {
      const own = new Set(seen.values.subarray(seen.offsets[user]!, seen.offsets[user + 1]!));
      return Array.from({ length: items }, (__, item) => item).filter(
        (item) => own.has(item) || !competing.has(item),
      );
    }),
  );
}

async function ranked(
  { users, items }: SplitPairs,
  scores: Scores,
  options: { k: number; seen: RaggedLists },
): Promise<RaggedLists> {
  if (scores.kind === "vectors") return rankFactors(scores, options);
  const top = topItems({ ...options, items });
  for (let user = 0; user < users; user++) top.add(scores.of(user));
  return top.lists();
}

/** The figures of a cell: means with their bootstrap intervals over users. */
export function pairFigures(perUser: Record<string, Float64Array>): Record<string, Estimate> {
  return Object.fromEntries(
    Object.entries(perUser).map(([name, values]) => {
      const { mean: value, ...interval } = bootstrap(values);
      return [name, { value, ...interval }];
    }),
  );
}

async function vectorsOf(predict: Trainer["predict"], dim: number): Promise<Scores> {
  const { users, items } = await predict({});
  const copy = (data: unknown) => Float32Array.from(data as Float32Array);
  return { kind: "vectors", users: copy(users!.data), items: copy(items!.data), dim };
}

/**
 * Trains a model of pairs: Adam, the rate multiplied by 0.96 every 50 epochs, stopped by validation; then judges the best
 * weights on test.
 */
export async function trainPairs(
  model: Trainable,
  split: SplitPairs,
  run: {
    training: PairTraining;
    dim: number;
    seed: number;
    samples?: Record<string, { count: number; of: number }>;
    among?: Int32Array;
  },
  { checkpoint, signal, report }: CellContext,
): Promise<Outcome> {
  const { learningRate, batchSize, epochs, every, patience } = run.training;
  const interactions = interactionsOf(split);
  const training = fit(model, {
    seed: run.seed,
    optimizer: { kind: "adam" },
    embeddings: "exact",
    // Many small products: measured, a second thread doubles the processor time of a step and saves nothing.
    threads: 1,
    learningRate,
    epochs: Math.ceil(epochs / every),
    monitor: { metric: "recall@20", mode: "max" },
    patience,
    schedule: { kind: "step", every: pairSteps(interactions, batchSize), factor: 0.96 ** (1 / 50) },
    checkpoint: { folder: checkpoint },
    ...(signal && { signal }),
    // A round of `fit` is what lies between two validations.
    *batches(round) {
      for (let epoch = (round - 1) * every + 1; epoch <= Math.min(epochs, round * every); epoch++)
        yield* pairBatches(interactions, { batchSize, seed: run.seed, epoch, samples: run.samples ?? {} });
    },
    metrics: async (predict) => {
      const found = await judgePairs(split, "validation", await vectorsOf(predict, run.dim));
      return Object.fromEntries(Object.entries(found).map(([name, values]) => [name, mean(values)]));
    },
  });
  for await (const progress of training) report(progress);
  const { trainer, history, bestEpoch } = await training.finish();
  const scores = await vectorsOf((feeds) => trainer.predict(feeds), run.dim);
  const secondsPerStep = trainer.timing.total / 1000 / trainer.state.step;
  await trainer.release();
  const best = history[bestEpoch - 1]?.metrics["recall@20"];
  return {
    figures: pairFigures(await judgePairs(split, "test", scores, run.among)),
    seconds: history.reduce((total, { seconds }) => total + seconds, 0),
    facts: {
      epochs: Math.min(epochs, history.length * every),
      bestEpoch: bestEpoch * every,
      secondsPerStep,
      ...(best !== undefined && { "validation recall@20": best }),
    },
  };
}

/** How often each item was taken in training, the same for everybody. */
export function popularityScores({ items, train }: SplitPairs): Scores {
  const counts = new Float64Array(items);
  for (const item of train.item) counts[item]!++;
  return { kind: "rows", of: () => counts };
}

/** The summed cosine of an item to those the user took, over all modalities: what content alone knows. */
export function contentScores(split: SplitPairs, modalities: readonly FeatureMatrix[]): Scores {
  const taken = listsOf(split.users, split.train);
  const units = modalities.map(({ dim, values }) => {
    const unit = Float64Array.from(values);
    for (let item = 0; item < split.items; item++) {
      const row = unit.subarray(item * dim, (item + 1) * dim);
      const norm = Math.hypot(...row);
      if (norm > 0) for (let d = 0; d < dim; d++) row[d]! /= norm;
    }
    return { dim, unit };
  });
  const scores = new Float64Array(split.items);
  return {
    kind: "rows",
    of(user) {
      scores.fill(0);
      const own = taken.values.subarray(taken.offsets[user]!, taken.offsets[user + 1]!);
      for (const { dim, unit } of units) {
        const profile = new Float64Array(dim);
        for (const item of own) for (let d = 0; d < dim; d++) profile[d]! += unit[item * dim + d]!;
        for (let item = 0; item < split.items; item++)
          for (let d = 0; d < dim; d++) scores[item]! += profile[d]! * unit[item * dim + d]!;
      }
      return scores;
    },
  };
}
