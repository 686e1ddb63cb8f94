import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { row, rowsOf } from "../data/index.js";
import { bundleScorer, type TimeSplit } from "../serve/index.js";
import { say } from "./output.js";
import { bundleFolder } from "./serving.js";
import { trainInChild } from "./train-child.js";

/** What the trained model of a data folder is made of. */
export interface Training {
  home: string;
  /** Item names by id, place 0 blank. */
  vocabulary: string[];
  split: TimeSplit;
  /** Time budget. */
  seconds: number;
}

type TrainedModel = Awaited<ReturnType<typeof bundleScorer>>;

/** SASRec from the bundle that an earlier start left, or trained in a child process; `status` is told what is going on. */
export async function trainedModel(
  training: Training,
  status: (state: string) => void,
  signal: AbortSignal,
): Promise<TrainedModel> {
  return (await openTrained(training)) ?? (await trainAnew(training, status, signal));
}

/**
 * The trained model that an earlier start left, else the one before it; null when there is none for this catalogue. One
 * that cannot be used is moved aside, so that the next one has its place.
 */
async function openTrained({ home, vocabulary }: Training): Promise<TrainedModel | null> {
  const folder = bundleFolder(home);
  for (const place of [folder, `${folder}.previous`]) {
    if (!existsSync(place)) continue;
    try {
      const scorer = await bundleScorer(place, vocabulary);
      if (scorer.bundle.vocabularies.item?.length === vocabulary.length - 1) return scorer;
      await scorer.release();
      say(`the catalogue has grown since ${place} was trained; training again`);
    } catch (error) {
      say(
        `the trained model cannot be used; training again. ${error instanceof Error ? error.message : error}`,
      );
    }
    if (place !== folder) continue;
    await rm(`${folder}.unusable`, { recursive: true, force: true });
    await rename(folder, `${folder}.unusable`);
  }
  return null;
}

async function trainAnew(
  { home, vocabulary, split, seconds }: Training,
  status: (state: string) => void,
  signal: AbortSignal,
): Promise<TrainedModel> {
  const bundle = bundleFolder(home);
  const request = {
    bundle,
    vocabulary,
    train: Array.from({ length: rowsOf(split.train) }, (_, i) => row(split.train, i).slice()),
    validation: split.validation,
    test: split.test,
    seconds,
  };
  status("training sasrec");
  const progress = (epoch: number, ndcg: number) => {
    const state = `training sasrec: epoch ${epoch}, validation NDCG@10 ${ndcg.toFixed(4)}`;
    status(state);
    say(state);
  };
  await trainInChild(request, progress, signal);
  return bundleScorer(bundle, vocabulary);
}
