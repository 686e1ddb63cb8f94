import type { SequenceColumn } from "../../data/index.js";
import type { FitOptions } from "../../train/index.js";
import { checkedOptions, defineModel, type Model, type ModelDefinition } from "../model.js";
import { sequenceBatches } from "./batches.js";
import type { SequenceData } from "./task.js";

/** The batches of one epoch: `fit` takes it as it is. It may ask the network in training, as for encodings to cluster. */
export type EpochBatches = FitOptions["batches"];

/** How one run trains: histories are cut to `length`. */
export interface SequenceTraining {
  length: number;
  batchSize: number;
  seed: number;
}

/** A sequence model: its graph, and how training sequences become batches for it. */
export interface SequenceModel<Options extends object = object> extends Model<SequenceData, Options> {
  /** Prepares one run on training sequences (row i is user i). What must be counted once is counted here. */
  training(
    train: SequenceColumn,
    run: SequenceTraining & { options?: Partial<Options> | undefined },
  ): EpochBatches;
}

/**
 * Defines a sequence model. Its task declares the columns that its batches feed; predictions are fed `history` alone, and
 * the outputs hold `scores` [batch, items + 1]. Without `training` of its own it gets `sequenceBatches`.
 */
export function defineSequenceModel<Inputs extends object, Result, Options extends object>(
  definition: ModelDefinition<SequenceData, Inputs, Result, Options> & {
    training?: (train: SequenceColumn, run: SequenceTraining & { options: Options }) => EpochBatches;
  },
): SequenceModel<Options> {
  const { name, options: defaults, training = plain } = definition;
  return {
    ...defineModel(definition),
    training: (train, { options = {}, ...run }) =>
      training(train, { ...run, options: checkedOptions(name, defaults, options) }),
  };
}

function plain(train: SequenceColumn, { length, batchSize, seed }: SequenceTraining): EpochBatches {
  return (epoch) => sequenceBatches(train, { length, batchSize, seed, epoch });
}
