import type { Dataset } from "../../data/index.js";
import type { Trainer } from "../../train/index.js";
import type { Cell, Outcome } from "../experiment.js";
import type { Family, Task } from "./families/index.js";
import { type Estimates, withIntervals } from "./figures.js";
import { type Changes, changed } from "./settings.js";
import { trainOne } from "./train-run.js";

/** How much of a data set and of its training a reduced run takes. */
export interface Reduction {
  /** Rows of each part, or people. */
  rows: number;
  /** Those of the settings when absent. */
  epochs?: number;
}

/** A model trained otherwise than published. */
export interface Variant {
  /** Its name in the table. */
  as?: string;
  changes?: Changes;
  cutoffs?: readonly number[];
  /** Further figures of the trained model; `training` are the rows it learnt. */
  examine?(trainer: Trainer, training: Dataset): Promise<Estimates>;
}

/**
 * Cells of models that a family trains on one data set. Those that the same maker made share the data, which is read when
 * the first of them runs. `label` is what the table calls the data set.
 */
export function cellMaker(family: Family, dataset: string, reduction?: Reduction, label = dataset) {
  let loaded: Task | undefined;
  const task = () => {
    loaded ??= family.load(dataset, reduction?.rows);
    return loaded;
  };
  const common = { dataset: label, needs: [dataset] };
  return {
    /** Trains a model with a seed and tests it. */
    trained(model: string, seed: number, variant: Variant = {}): Cell {
      const { as = model, changes, cutoffs, examine } = variant;
      return {
        ...common,
        model: as,
        seed,
        settings: {
          ...changed(family.settings(dataset, model), changes),
          ...(as !== model && { trains: model }),
          cutoffs,
          reduction,
        },
        async run({ checkpoint, signal, report }): Promise<Outcome> {
          const start = performance.now();
          const result = await trainOne(
            task(),
            {
              model,
              data: dataset,
              seed,
              embeddings: "exact",
              epochs: reduction?.epochs,
              changes,
              cutoffs,
              examine: examine && ((trainer) => examine(trainer, task().training)),
              checkpoint: { folder: checkpoint },
              signal,
            },
            report,
          );
          const { epochs, bestEpoch, secondsPerEpoch, examined } = result;
          // Epochs that an interrupted run trained are in the checkpoint with their time.
          const seconds = Math.max((performance.now() - start) / 1000, epochs * secondsPerEpoch);
          return {
            figures: { ...result.test, ...examined },
            seconds,
            facts: { epochs, bestEpoch, secondsPerEpoch },
          };
        },
      };
    },
    /** Tests one of the models without training that stand beside those of the family. */
    untrained(model: string, cutoffs?: readonly number[]): Cell {
      return {
        ...common,
        model,
        seed: null,
        settings: { cutoffs, reduction },
        async run(): Promise<Outcome> {
          const start = performance.now();
          const baseline = task()
            .baselines(true)
            .find((candidate) => candidate.model === model);
          if (!baseline) throw new RangeError(`${family.kind} has no model "${model}" without training`);
          const figures = withIntervals(await baseline.measure("test"), cutoffs);
          return { figures, seconds: (performance.now() - start) / 1000 };
        },
      };
    },
  };
}
