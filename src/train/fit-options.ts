import { HeedError } from "../core/errors.js";
import type { Monitor, Plateau, Schedule } from "./schedule.js";
import type { Feeds, Trainable, Trainer, TrainerOptions } from "./trainer.js";

/** What batches may ask of the network in training: its outputs and its probes. */
export type Network = Pick<Trainer, "predict" | "probe">;

export interface FitOptions extends TrainerOptions {
  epochs: number;
  learningRate: number;
  /**
   * The batches of one epoch (from 1), the same ones whenever asked again: resuming depends on it. They may depend on what
   * `network` says with the weights of the moment; a run broken off after they asked it resumes from the epoch's start.
   */
  batches(epoch: number, network: Network): Iterable<Feeds> | AsyncIterable<Feeds>;
  /** Metrics of the current weights, after every epoch. */
  metrics?: (predict: Trainer["predict"], probe: Trainer["probe"]) => Promise<Record<string, number>>;
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
  /** Asked after every epoch whether that was the last one, as where time is shared with other work. */
  isOver?: () => boolean;
}

/** What the weights depend on beside model, seed and batches: a resumed run must have the same. */
export function settingsOf(options: FitOptions): Record<string, unknown> {
  const { optimizer, learningRate, penalty, clipNorm, schedule, plateau, monitor } = options;
  return { optimizer, learningRate, penalty, clipNorm, schedule, plateau, monitor };
}

interface Rule {
  holds(value: unknown): boolean;
  remedy: string;
}

const number = (remedy: string, holds: (value: number) => boolean): Rule => ({
  holds: (value) => typeof value === "number" && holds(value),
  remedy,
});
const whole = number("give a whole number from 1", (value) => Number.isInteger(value) && value >= 1);
const positive = number("give a positive number", (value) => value > 0 && value < Infinity);
const notNegative = number("give a number from 0", (value) => value >= 0 && value < Infinity);
const fraction = number("give a number between 0 and 1", (value) => value > 0 && value < 1);
const seed = number("give a whole number, so that the run can be repeated", Number.isInteger);
const mode: Rule = { holds: (value) => value === "max" || value === "min", remedy: 'give "max" or "min"' };

/** Refuses options that cannot be meant, each by name. */
export function checkOptions({ name }: Trainable, options: FitOptions): void {
  const { monitor, plateau, schedule } = options;
  const refuse = (field: string, value: unknown, remedy: string) => {
    throw new HeedError("option", `fit(${name}): ${field} is ${value}`, remedy);
  };
  // Null stands for an option that must be there; one that is undefined is left to its default.
  const checks: [field: string, value: unknown, rule: Rule][] = [
    ["epochs", options.epochs ?? null, whole],
    ["learningRate", options.learningRate ?? null, positive],
    ["seed", options.seed ?? null, seed],
    ["clipNorm", options.clipNorm, positive],
    ["penalty.embedding", options.penalty?.embedding, notNegative],
    ["penalty.network", options.penalty?.network, notNegative],
    ["patience", options.patience, whole],
    ["maximumSeconds", options.maximumSeconds, notNegative],
    ["checkpoint.everySteps", options.checkpoint?.everySteps, whole],
    ["monitor.mode", monitor ? (monitor.mode ?? null) : undefined, mode],
    ["plateau.factor", plateau?.factor, fraction],
    ["plateau.patience", plateau?.patience, whole],
    ["schedule.steps", schedule?.kind === "warmup" ? schedule.steps : undefined, whole],
    ["schedule.total", schedule?.kind === "cosine" ? schedule.total : undefined, whole],
    ["schedule.warmup", schedule?.kind === "cosine" ? schedule.warmup : undefined, notNegative],
    ["schedule.every", schedule?.kind === "step" ? schedule.every : undefined, whole],
    ["schedule.factor", schedule?.kind === "step" ? schedule.factor : undefined, positive],
  ];
  for (const [field, value, rule] of checks) {
    if (value !== undefined && !rule.holds(value)) refuse(field, value ?? undefined, rule.remedy);
  }
  if (monitor && !options.metrics) refuse("monitor", monitor.metric, "give metrics(), which computes it");
  if ((options.patience !== undefined || plateau) && !monitor)
    refuse("monitor", undefined, "patience and plateau need a metric to watch");
}
