import { HeedError } from "../core/errors.js";
import type { Tensor } from "../tensor/index.js";
import type { UpdateKernelName } from "./row-kernels.js";

/** An optimizer as plain data, with the field's usual defaults. */
export type OptimizerOptions =
  | { kind: "sgd"; momentum?: number }
  | { kind: "adam"; beta1?: number; beta2?: number; epsilon?: number }
  /** Loshchilov & Hutter 2019: weight decay outside the adaptive step. */
  | { kind: "adamw"; beta1?: number; beta2?: number; epsilon?: number; weightDecay?: number }
  | { kind: "adagrad"; epsilon?: number; initial?: number }
  /** McMahan et al. 2013; sparse tables only. */
  | { kind: "ftrl"; l1?: number; l2?: number; beta?: number };

/** One optimizer, in graph form for dense parameters and as a kernel over rows for sparse tables. */
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
  /** The same on rows of sparse tables: the kernel, and what it takes after the table's arrays. */
  rows: {
    kernel: UpdateKernelName;
    constants(rate: number, scalars: readonly number[]): number[];
  };
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
      rows: { kernel: "sgd", constants: (rate) => [rate] },
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
    rows: { kernel: "momentum", constants: (rate) => [rate, momentum] },
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
    rows: {
      kernel: "adam",
      constants: (rate, scalars) => [rate, beta1, 1 - beta1, beta2, 1 - beta2, ...scalars, epsilon, decay],
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
    rows: { kernel: "adagrad", constants: (rate) => [rate, epsilon] },
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
    rows: { kernel: "ftrl", constants: (rate) => [rate, l1, l2, beta] },
  };
}
