import { isDeepStrictEqual } from "node:util";
import { HeedError } from "../core/errors.js";
import { checkpointPath, readCheckpoint, removeLeftovers, writeCheckpoint } from "./checkpoint.js";
import { checkOptions, type FitOptions, type Network, settingsOf } from "./fit-options.js";
import { scheduleFactor, type Watch, watchMetric } from "./schedule.js";
import { arraysOf, copyArrays, restoreArrays, weights } from "./state.js";
import { createTrainer, type Trainable, type Trainer } from "./trainer.js";

/** What happened, as it happens. */
export type Progress =
  | { kind: "step"; epoch: number; step: number; loss: number }
  | {
      kind: "epoch";
      epoch: number;
      epochs: number;
      /** Mean training loss of the epoch's batches. */
      loss: number;
      metrics: Record<string, number>;
      learningRate: number;
      /** Wall time of training and of the metrics. */
      seconds: number;
      improved: boolean;
      stopped: boolean;
    };

export type EpochProgress = Extract<Progress, { kind: "epoch" }>;

/** A training run: iterate for progress, or call `finish` to run it to its end. */
export interface Fit extends AsyncIterable<Progress> {
  /** The trained model, with the best weights when a metric was monitored. */
  finish(): Promise<Fitted>;
}

export interface Fitted {
  trainer: Trainer;
  history: EpochProgress[];
  bestEpoch: number;
}

interface SavedHeader {
  model: string;
  seed: number;
  embeddings: string;
  settings: Record<string, unknown>;
  epoch: number;
  stepInEpoch: number;
  step: number;
  lossSum: number;
  watch: Watch;
  history: EpochProgress[];
}

/**
 * Trains a model. Nothing happens until the result is iterated or finished. Aborting stops between two steps with a
 * checkpoint (when a folder is given) from which the same call resumes to the same weights.
 */
export function fit(model: Trainable, options: FitOptions): Fit {
  let fitted: Fitted | undefined;
  const events = train(model, options, (result) => {
    fitted = result;
  });
  return {
    [Symbol.asyncIterator]: () => events,
    async finish() {
      for await (const _ of events);
      if (!fitted)
        throw new HeedError(
          "aborted",
          `training of ${model.name} was stopped`,
          "call fit again with the same checkpoint folder to resume",
        );
      return fitted;
    },
  };
}

async function* train(
  model: Trainable,
  options: FitOptions,
  done: (result: Fitted) => void,
): AsyncGenerator<Progress, void> {
  checkOptions(model, options);
  const trainer = await createTrainer(model, options);
  let finished = false;
  try {
    const result = yield* epochs(model, options, trainer);
    if (result) {
      finished = true;
      done(result);
    }
  } finally {
    // Broken off by an error, an abort or a reader who stopped: nobody will get the trainer, so nobody could release it.
    if (!finished) await trainer.release();
  }
}

/** The run itself; returns nothing when it was aborted. */
async function* epochs(
  model: Trainable,
  options: FitOptions,
  trainer: Trainer,
): AsyncGenerator<Progress, Fitted | undefined> {
  const header: SavedHeader = {
    model: model.name,
    seed: options.seed,
    embeddings: options.embeddings,
    settings: settingsOf(options),
    epoch: 1,
    stepInEpoch: 0,
    step: 0,
    lossSum: 0,
    watch: { best: null, bestEpoch: 0, bad: 0, rate: options.learningRate, stopped: false },
    history: [],
  };
  const path = options.checkpoint && checkpointPath(options.checkpoint.folder);
  let best = path ? await resume(path, header, trainer) : null;

  // Batches that depend on the weights cannot be had again from the middle of an epoch: then only its end is saved.
  let asked = false;
  const network: Network = {
    predict(feeds) {
      asked = true;
      return trainer.predict(feeds);
    },
    probe(feeds) {
      asked = true;
      return trainer.probe(feeds);
    },
  };

  async function save(): Promise<void> {
    if (!path || asked) return;
    header.step = trainer.state.step;
    const bestArrays = Object.fromEntries(
      Object.entries(best ?? {}).map(([name, data]) => [`best:${name}`, data]),
    );
    await writeCheckpoint(path, { header, arrays: { ...arraysOf(trainer.state), ...bestArrays } });
  }

  const deadline = performance.now() + (options.maximumSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  while (header.epoch <= options.epochs && !header.watch.stopped) {
    const start = performance.now();
    let position = 0;
    for await (const feeds of options.batches(header.epoch, network)) {
      if (position++ < header.stepInEpoch) continue;
      if (options.signal?.aborted) {
        await save();
        return undefined;
      }
      const factor = scheduleFactor(options.schedule ?? { kind: "constant" }, trainer.state.step + 1);
      const loss = await trainer.step(feeds, header.watch.rate * factor);
      header.stepInEpoch = position;
      header.lossSum += loss;
      if (options.checkpoint?.everySteps && position % options.checkpoint.everySteps === 0) await save();
      yield { kind: "step", epoch: header.epoch, step: trainer.state.step, loss };
    }
    if (position === 0)
      throw new HeedError(
        "empty",
        `${model.name}: epoch ${header.epoch} has no batches`,
        "check that the training set has rows",
      );
    const metrics =
      (await options.metrics?.(
        (feeds) => trainer.predict(feeds),
        (feeds) => trainer.probe(feeds),
      )) ?? {};
    const learningRate = header.watch.rate;
    let improved = false;
    if (options.monitor) {
      const judged = watchMetric(header.watch, metrics, header.epoch, {
        monitor: options.monitor,
        plateau: options.plateau,
        patience: options.patience,
      });
      improved = judged.improved;
      const { improved: _, ...watch } = judged;
      header.watch = watch;
      if (improved) best = copyArrays(weights(trainer.state));
    }
    if (performance.now() > deadline || options.isOver?.()) header.watch.stopped = true;
    const progress: EpochProgress = {
      kind: "epoch",
      epoch: header.epoch,
      epochs: options.epochs,
      loss: header.lossSum / header.stepInEpoch,
      metrics,
      learningRate,
      seconds: (performance.now() - start) / 1000,
      improved,
      stopped: header.watch.stopped,
    };
    header.history.push(progress);
    header.epoch++;
    header.stepInEpoch = 0;
    header.lossSum = 0;
    asked = false;
    await save();
    yield progress;
  }
  if (best) restoreArrays(weights(trainer.state), best);
  return { trainer, history: header.history, bestEpoch: header.watch.bestEpoch || header.history.length };
}

/** Loads a checkpoint into the trainer and header; returns the best weights saved with it. */
async function resume(
  path: string,
  header: SavedHeader,
  trainer: Trainer,
): Promise<Record<string, Float32Array> | null> {
  await removeLeftovers(path);
  const saved = await readCheckpoint<SavedHeader>(path);
  if (!saved) return null;
  for (const field of ["model", "seed", "embeddings"] as const) {
    if (saved.header[field] !== header[field]) {
      throw new HeedError(
        "checkpoint",
        `${path} was made with ${field} ${saved.header[field]}, this run has ${header[field]}`,
        "use another checkpoint folder, or the same settings",
      );
    }
  }
  for (const [field, value] of Object.entries(header.settings)) {
    const before = saved.header.settings[field];
    if (isDeepStrictEqual(before, value && JSON.parse(JSON.stringify(value)))) continue;
    throw new HeedError(
      "checkpoint",
      `${path} was made with ${field} ${JSON.stringify(before)}, this run has ${JSON.stringify(value)}`,
      "use another checkpoint folder, or the same settings",
    );
  }
  restoreArrays(arraysOf(trainer.state), saved.arrays);
  Object.assign(header, saved.header);
  trainer.state.step = saved.header.step;
  const best = Object.entries(saved.arrays).filter(([name]) => name.startsWith("best:"));
  return best.length === 0
    ? null
    : Object.fromEntries(best.map(([name, data]) => [name.slice("best:".length), data]));
}
