import { HeedError } from "../core/errors.js";
import { checkpointPath, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import {
  type Monitor,
  type Plateau,
  type Schedule,
  scheduleFactor,
  type Watch,
  watchMetric,
} from "./schedule.js";
import { arraysOf, copyArrays, restoreArrays, weights } from "./state.js";
import { createTrainer, type Feeds, type Trainable, type Trainer, type TrainerOptions } from "./trainer.js";

export interface FitOptions extends TrainerOptions {
  epochs: number;
  learningRate: number;
  /** The batches of one epoch (from 1), the same ones whenever asked again: resuming depends on it. */
  batches(epoch: number): Iterable<Feeds>;
  /** Metrics of the current weights, after every epoch. */
  metrics?: (predict: Trainer["predict"]) => Promise<Record<string, number>>;
  monitor?: Monitor;
  /** Stop after this many evaluations in a row without improvement. */
  patience?: number;
  plateau?: Plateau;
  schedule?: Schedule;
  /** Save to `folder` after every epoch, and after every `everySteps` steps; an earlier save there is resumed. */
  checkpoint?: { folder: string; everySteps?: number };
  signal?: AbortSignal;
  /** Stop after the epoch in which this much wall time is used up. Such a run depends on the machine's speed. */
  maximumSeconds?: number;
}

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
  const header: SavedHeader = {
    model: model.name,
    seed: options.seed,
    embeddings: options.embeddings,
    epoch: 1,
    stepInEpoch: 0,
    step: 0,
    lossSum: 0,
    watch: { best: null, bestEpoch: 0, bad: 0, rate: options.learningRate, stopped: false },
    history: [],
  };
  const path = options.checkpoint && checkpointPath(options.checkpoint.folder);
  let best = path ? await resume(path, header, trainer) : null;

  async function save(): Promise<void> {
    if (!path) return;
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
    for (const feeds of options.batches(header.epoch)) {
      if (position++ < header.stepInEpoch) continue;
      if (options.signal?.aborted) {
        await save();
        await trainer.release();
        return;
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
    const metrics = (await options.metrics?.((feeds) => trainer.predict(feeds))) ?? {};
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
    if (performance.now() > deadline) header.watch.stopped = true;
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
    await save();
    yield progress;
  }
  if (best) restoreArrays(weights(trainer.state), best);
  done({ trainer, history: header.history, bestEpoch: header.watch.bestEpoch || header.history.length });
}

function checkOptions(model: Trainable, options: FitOptions): void {
  const wrong = (field: string, value: unknown, remedy: string) =>
    new HeedError("option", `fit(${model.name}): ${field} is ${value}`, remedy);
  if (!(Number.isInteger(options.epochs) && options.epochs >= 1))
    throw wrong("epochs", options.epochs, "give a whole number from 1");
  if (!(options.learningRate > 0))
    throw wrong("learningRate", options.learningRate, "give a positive number");
  if (!Number.isInteger(options.seed))
    throw wrong("seed", options.seed, "give a whole number, so that the run can be repeated");
  if (options.monitor && !options.metrics)
    throw wrong("monitor", options.monitor.metric, "give metrics(), which computes it");
  if ((options.patience !== undefined || options.plateau) && !options.monitor)
    throw wrong("monitor", undefined, "patience and plateau need a metric to watch");
}

/** Loads a checkpoint into the trainer and header; returns the best weights saved with it. */
async function resume(
  path: string,
  header: SavedHeader,
  trainer: Trainer,
): Promise<Record<string, Float32Array> | null> {
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
  restoreArrays(arraysOf(trainer.state), saved.arrays);
  Object.assign(header, saved.header);
  trainer.state.step = saved.header.step;
  const best = Object.entries(saved.arrays).filter(([name]) => name.startsWith("best:"));
  return best.length === 0
    ? null
    : Object.fromEntries(best.map(([name, data]) => [name.slice("best:".length), data]));
}
