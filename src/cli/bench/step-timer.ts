import { layers, rootScope } from "../../tensor/index.js";
import { createTrainer, type Feeds, type Trainable, type TrainerOptions } from "../../train/index.js";
import { median, type Turn } from "./turns.js";

/** Adam, as every measured step takes. */
export const adam: TrainerOptions = { seed: 1, optimizer: { kind: "adam" }, embeddings: "exact" };

/** Timed and untimed steps of a turn; the peers take the same. */
export const steps = { timed: 5, warmup: 2 };

/** A model in training whose steps are timed. */
export interface StepTimer {
  /** Median seconds of the timed steps of one turn. */
  turn: Turn;
  /** The share of its time that each turn spent outside ONNX Runtime. */
  outside: number[];
  release(): Promise<void>;
}

/** Opens a model for timing. `next` gives each step's batch and is not timed. */
export async function stepTimer(
  model: Trainable,
  next: () => Feeds,
  options: TrainerOptions = adam,
): Promise<StepTimer> {
  const trainer = await createTrainer(model, options);
  const outside: number[] = [];
  return {
    outside,
    async turn() {
      for (let i = 0; i < steps.warmup; i++) await trainer.step(next(), 1e-3);
      const before = { ...trainer.timing };
      const seconds: number[] = [];
      for (let i = 0; i < steps.timed; i++) {
        const feeds = next();
        const start = performance.now();
        await trainer.step(feeds, 1e-3);
        seconds.push((performance.now() - start) / 1000);
      }
      const inside = trainer.timing.runtime - before.runtime;
      outside.push(1 - inside / (trainer.timing.total - before.total));
      return median(seconds);
    },
    release: () => trainer.release(),
  };
}

/** Gives the same values again and again, in their order. */
export function inRotation<T>(values: readonly T[]): () => T {
  let taken = 0;
  return () => values[taken++ % values.length]!;
}

/** How many numbers a model learns, tables outside the graph included. */
export function parametersOf(model: Trainable): number {
  const scope = rootScope({ training: true, seed: 1, embeddings: "lazy" });
  model.build(layers(scope));
  const { parameters, tables } = scope.declared;
  const dense = parameters.reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
  return tables.reduce((total, { rows, dim }) => total + rows * dim, dense);
}
