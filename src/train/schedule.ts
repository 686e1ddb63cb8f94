import { HeedError } from "../core/errors.js";

/** How the base learning rate changes by optimizer step (from 1). Plain data. */
export type Schedule =
  | { kind: "constant" }
  /** Rises linearly to the base rate over `steps`, then stays. */
  | { kind: "warmup"; steps: number }
  /** Warm-up, then a half cosine down to `minimum` times the base rate at step `total`. */
  | { kind: "cosine"; total: number; warmup?: number; minimum?: number }
  /** Multiplies by `factor` after every `every` steps. */
  | { kind: "step"; every: number; factor: number };

/** The factor on the base learning rate at a step. */
export function scheduleFactor(schedule: Schedule, step: number): number {
  switch (schedule.kind) {
    case "constant":
      return 1;
    case "warmup":
      return Math.min(1, step / schedule.steps);
    case "cosine": {
      const { total, warmup = 0, minimum = 0 } = schedule;
      if (step < warmup) return step / warmup;
      const progress = Math.min(1, (step - warmup) / Math.max(1, total - warmup));
      return minimum + (1 - minimum) * 0.5 * (1 + Math.cos(Math.PI * progress));
    }
    case "step":
      return schedule.factor ** Math.floor((step - 1) / schedule.every);
  }
}

/** What "better" means when training watches a metric. */
export interface Monitor {
  metric: string;
  mode: "max" | "min";
  /** A smaller gain does not count. */
  minimumDelta?: number;
}

/** Reduces the learning rate whenever the monitored metric fails to improve `patience` times in a row. */
export interface Plateau {
  factor: number;
  /** Evaluations without improvement before each cut; 1 cuts at the first. */
  patience?: number;
  minimum?: number;
}

/** What the watcher remembers between evaluations; saved with checkpoints. */
export interface Watch {
  best: number | null;
  bestEpoch: number;
  /** Evaluations in a row without improvement. */
  bad: number;
  rate: number;
  stopped: boolean;
}

/** Judges one evaluation: did it improve, is the rate cut, does training stop. */
export function watchMetric(
  watch: Watch,
  metrics: Readonly<Record<string, number>>,
  epoch: number,
  options: { monitor: Monitor; plateau?: Plateau | undefined; patience?: number | undefined },
): Watch & { improved: boolean } {
  const { metric, mode, minimumDelta = 1e-6 } = options.monitor;
  const value = metrics[metric];
  if (value === undefined || Number.isNaN(value)) {
    throw new HeedError(
      "metric",
      `the monitored metric "${metric}" is ${value === undefined ? "missing" : "NaN"}`,
      `metrics returned: ${Object.keys(metrics).join(", ") || "none"}`,
    );
  }
  const gain =
    watch.best === null ? Number.POSITIVE_INFINITY : mode === "max" ? value - watch.best : watch.best - value;
  if (gain > minimumDelta) return { ...watch, best: value, bestEpoch: epoch, bad: 0, improved: true };
  const bad = watch.bad + 1;
  const { plateau } = options;
  const cut = plateau && bad % (plateau.patience ?? 1) === 0;
  const rate = cut ? Math.max(watch.rate * plateau.factor, plateau.minimum ?? 0) : watch.rate;
  return {
    ...watch,
    bad,
    rate,
    stopped: options.patience !== undefined && bad >= options.patience,
    improved: false,
  };
}
