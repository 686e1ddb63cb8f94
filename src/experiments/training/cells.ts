import type { Cell, Outcome } from "../experiment.js";
import type { Family, Task } from "./families/index.js";
import { withIntervals } from "./figures.js";
import { trainOne } from "./train-run.js";

/** How much of a data set and of its training a reduced run takes. */
export interface Reduction {
  /** Rows of each part, or people. */
  rows: number;
  epochs: number;
}

/**
 * Cells of models that a family trains on one data set. Those that the same maker made share the data, which is read when
 * the first of them runs.
 */
export function cellMaker(family: Family, dataset: string, reduction?: Reduction) {
  let loaded: Task | undefined;
  const task = () => {
    loaded ??= family.load(dataset, reduction?.rows);
    return loaded;
  };
  const common = { dataset, needs: [dataset] };
  return {
    /** Trains a model with a seed and tests it. */
    trained(model: string, seed: number): Cell {
      const settings = family.settings(dataset, model);
      return {
        ...common,
        model,
        seed,
        settings: { ...settings, reduction },
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
              checkpoint: { folder: checkpoint },
              signal,
            },
            report,
          );
          const { epochs, bestEpoch, secondsPerEpoch } = result;
          // Epochs that an interrupted run trained are in the checkpoint with their time.
          const seconds = Math.max((performance.now() - start) / 1000, epochs * secondsPerEpoch);
          return { figures: result.test, seconds, facts: { epochs, bestEpoch, secondsPerEpoch } };
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
            .baselines()
            .find((candidate) => candidate.model === model);
          if (!baseline) throw new RangeError(`${family.kind} has no model "${model}" without training`);
          const figures = withIntervals(await baseline.measure("test"), cutoffs);
          return { figures, seconds: (performance.now() - start) / 1000 };
        },
      };
    },
  };
}
