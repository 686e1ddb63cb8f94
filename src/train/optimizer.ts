import { HeedError } from "../core/errors.js";
import type { Tensor } from "../tensor/index.js";

/** An optimizer as plain data, with the field's usual defaults. */
export type OptimizerOptions =
  | { kind: "sgd"; momentum?: number }
  | { kind: "adam"; beta1?: number; beta2?: number; epsilon?: number }
  /** Loshchilov & Hutter 2019: weight decay outside the adaptive step. */
  | { kind: "adamw"; beta1?: number; beta2?: number; epsilon?: number; weightDecay?: number }
  | { kind: "adagrad"; epsilon?: number; initial?: number }
  /** McMahan et al. 2013; sparse tables only. */
  | { kind: "ftrl"; l1?: number; l2?: number; beta?: number };

/** One optimizer, in graph form for dense parameters and as a loop over rows for sparse tables. */
export interface Optimizer {
  /** Names of the arrays kept beside each parameter. */
  slots: readonly string[];
  /** What every slot starts as. */
  initial: number;
  /** Numbers that depend on the step alone (from 1), fed to the graph. */
  scalars(step: number): number[];
  /** The next value of a parameter and of its slots. */
  update(
    value: Tensor,
    gradient: Tensor,
    slots: Tensor[],
    rate: Tensor,
    scalars: Tensor[],
  ): { value: Tensor; slots: Tensor[] };
  /** The same on `length` numbers at `at` of plain arrays, gradients at `from`. */
  updateRow(
    value: Float32Array,
    slots: readonly Float32Array[],
    at: number,
    gradient: Float32Array,
    from: number,
    length: number,
    rate: number,
    scalars: readonly number[],
  ): void;
}

/** Makes an optimizer from its options. Equations as in PyTorch's documentation of the same names. */
export function optimizer(options: OptimizerOptions): Optimizer {
  switch (options.kind) {
    case "sgd":
      return sgd(options.momentum ?? 0);
    case "adam":
      return adam(options.beta1 ?? 0.9, options.beta2 ?? 0.999, options.epsilon ?? 1e-8, 0);
    case "adamw":
      return adam(
        options.beta1 ?? 0.9,
        options.beta2 ?? 0.999,
        options.epsilon ?? 1e-8,
        options.weightDecay ?? 0.01,
      );
    case "adagrad":
      return adagrad(options.epsilon ?? 1e-10, options.initial ?? 0);
    case "ftrl":
      return ftrl(options.l1 ?? 0, options.l2 ?? 0, options.beta ?? 1);
  }
}

function sgd(momentum: number): Optimizer {
  if (momentum === 0) {
    return {
      slots: [],
      initial: 0,
      scalars: () => [],
      update: (value, gradient, _, rate) => ({ value: value.sub(gradient.mul(rate)), slots: [] }),
      updateRow(value, _, at, gradient, from, length, rate) {
        for (let i = 0; i < length; i++) value[at + i] = value[at + i]! - rate * gradient[from + i]!;
      },
    };
  }
  return {
    slots: ["velocity"],
    initial: 0,
    scalars: () => [],
    update(value, gradient, [velocity], rate) {
      const next = velocity!.mul(momentum).add(gradient);
      return { value: value.sub(next.mul(rate)), slots: [next] };
    },
    updateRow(value, slots, at, gradient, from, length, rate) {
      const velocity = slots[0]!;
      for (let i = 0; i < length; i++) {
        const next = momentum * velocity[at + i]! + gradient[from + i]!;
        velocity[at + i] = next;
        value[at + i] = value[at + i]! - rate * next;
      }
    },
  };
}

/** Kingma & Ba 2015, algorithm 1; with `decay` AdamW. */
function adam(beta1: number, beta2: number, epsilon: number, decay: number): Optimizer {
  return {
    slots: ["mean", "square"],
    initial: 0,
    scalars: (step) => [1 / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step)],
    update(value, gradient, [mean, square], rate, [correction, rootCorrection]) {
      const nextMean = mean!.mul(beta1).add(gradient.mul(1 - beta1));
      const nextSquare = square!.mul(beta2).add(gradient.square().mul(1 - beta2));
      const denominator = nextSquare.sqrt().mul(rootCorrection!).add(epsilon);
      const kept = decay === 0 ? value : value.sub(value.mul(rate.mul(decay)));
      const next = kept.sub(nextMean.mul(rate.mul(correction!)).div(denominator));
      return { value: next, slots: [nextMean, nextSquare] };
    },
    updateRow(value, slots, at, gradient, from, length, rate, scalars) {
      const mean = slots[0]!;
      const square = slots[1]!;
      const size = rate * scalars[0]!;
      const root = scalars[1]!;
      const shrink = 1 - rate * decay;
      for (let i = 0; i < length; i++) {
        const g = gradient[from + i]!;
        const m = beta1 * mean[at + i]! + (1 - beta1) * g;
        const v = beta2 * square[at + i]! + (1 - beta2) * g * g;
        mean[at + i] = m;
        square[at + i] = v;
        value[at + i] = shrink * value[at + i]! - (size * m) / (Math.sqrt(v) * root + epsilon);
      }
    },
  };
}

/** Duchi et al. 2011. */
function adagrad(epsilon: number, initial: number): Optimizer {
  return {
    slots: ["square"],
    initial,
    scalars: () => [],
    update(value, gradient, [square], rate) {
      const next = square!.add(gradient.square());
      return { value: value.sub(gradient.mul(rate).div(next.sqrt().add(epsilon))), slots: [next] };
    },
    updateRow(value, slots, at, gradient, from, length, rate) {
      const square = slots[0]!;
      for (let i = 0; i < length; i++) {
        const g = gradient[from + i]!;
        const next = square[at + i]! + g * g;
        square[at + i] = next;
        value[at + i] = value[at + i]! - (rate * g) / (Math.sqrt(next) + epsilon);
      }
    },
  };
}

/** FTRL-proximal, McMahan et al. 2013, algorithm 1. */
function ftrl(l1: number, l2: number, beta: number): Optimizer {
  return {
    slots: ["square", "linear"],
    initial: 0,
    scalars: () => [],
    update() {
      throw new HeedError(
        "optimizer",
        "FTRL updates sparse tables only",
        "use adam, adamw, adagrad or sgd for dense parameters",
      );
    },
    updateRow(value, slots, at, gradient, from, length, rate) {
      const square = slots[0]!;
      const linear = slots[1]!;
      for (let i = 0; i < length; i++) {
        const g = gradient[from + i]!;
        const n = square[at + i]!;
        const next = n + g * g;
        const z = linear[at + i]! + g - ((Math.sqrt(next) - Math.sqrt(n)) / rate) * value[at + i]!;
        square[at + i] = next;
        linear[at + i] = z;
        value[at + i] =
          Math.abs(z) <= l1 ? 0 : -(z - Math.sign(z) * l1) / ((beta + Math.sqrt(next)) / rate + l2);
      }
    },
  };
}
