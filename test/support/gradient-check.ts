import { random } from "../../src/core/random.js";
import {
  compile,
  type Dimension,
  gradients,
  input,
  type Tensor,
  type TensorData,
  typedArray,
  type Value,
} from "../../src/tensor/index.js";
import { factors } from "../../src/tensor/shape.js";

/** An input of a checked function. */
export interface Leaf {
  /** May hold "batch" or a multiple of it. */
  shape: readonly Dimension[];
  /** Values lie in [low, high]; the default is [-1.5, 1.5]. */
  low?: number;
  high?: number;
  /** Whole numbers in [0, below) as int32, which take no gradient. */
  below?: number;
}

export interface CheckOptions {
  seed?: number;
  /** The length of "batch". */
  batch?: number;
  /** Keep "batch" a symbol of the graph; otherwise the graph is written with its number. */
  symbolic?: boolean;
  dtype?: "float32" | "float64";
}

/** What a function of some leaves gives: its value and the gradients of sum(value * random weights). */
export interface Evaluated {
  shape: readonly number[];
  value: number[];
  gradients: number[][];
  /** Runs again with one float of one leaf changed; returns the loss. */
  lossWith(leaf: number, at: number, value: number): Promise<number>;
  data: TensorData[];
  release(): Promise<void>;
}

export function concreteShape(shape: readonly Dimension[], batch: number): number[] {
  return shape.map((length) => {
    const { factor, symbols } = factors(length);
    return factor * batch ** symbols.length;
  });
}

function elements(shape: readonly number[]): number {
  return shape.reduce((total, length) => total * length, 1);
}

/** Values that float32 holds exactly, so that both types start from the same numbers. */
function draw(leaf: Leaf, size: number, seed: number, i: number): number[] {
  const source = random(seed, "gradient-check", i);
  const { low = -1.5, high = 1.5, below } = leaf;
  return Array.from({ length: size }, () =>
    below ? source.integer(below) : Math.fround(low + (high - low) * source.uniform()),
  );
}

/** Compiles and runs a function of fresh inputs x0, x1, ... */
export function evaluate(
  leaves: readonly Leaf[],
  f: (...inputs: Tensor[]) => Tensor,
  options: CheckOptions = {},
): Promise<Evaluated> {
  const { batch = 3, dtype = "float64" } = options;
  const tensors = leaves.map(({ shape, below }, i) =>
    input(`x${i}`, below ? "int32" : dtype, options.symbolic ? shape : concreteShape(shape, batch)),
  );
  return evaluateAt(leaves, tensors, f(...tensors), options);
}

/** The same of a graph already written: `tensors` are the inputs, in the order of `leaves`, that `y` is made from. */
export async function evaluateAt(
  leaves: readonly Leaf[],
  tensors: readonly Tensor[],
  y: Tensor,
  options: CheckOptions = {},
): Promise<Evaluated> {
  const { seed = 1, batch = 3 } = options;
  const shapes = leaves.map(({ shape }) => concreteShape(shape, batch));
  const data = leaves.map((leaf, i) =>
    typedArray(tensors[i]!.dtype, draw(leaf, elements(shapes[i]!), seed, i)),
  );
  const shape = concreteShape(y.shape, batch);
  const weights = input("weights", y.dtype, y.shape);
  const loss = y.mul(weights).sum();
  const places = leaves.flatMap((leaf, i) => (leaf.below ? [] : [i]));
  const found = gradients(
    loss,
    places.map((i) => tensors[i]!),
  );
  const program = await compile(
    { y, loss, ...Object.fromEntries(found.map((g, i) => [`gradient${i}`, g])) },
    { threads: 1 },
  );
  const feeds: Record<string, Value> = {
    weights: { data: typedArray(y.dtype, draw({ shape }, elements(shape), seed, -1)), shape },
  };
  tensors.forEach((tensor, i) => {
    const name = program.inputs.find((signature) => signature.name === inputNameOf(tensor))?.name;
    if (name) feeds[name] = { data: data[i]!, shape: shapes[i]! };
  });
  const first = await program.run(feeds);
  return {
    shape,
    value: Array.from(first.y!.data, Number),
    gradients: places.map((_, i) => Array.from(first[`gradient${i}`]!.data, Number)),
    data,
    async lossWith(leaf, at, value) {
      const values = data[leaf] as Float64Array;
      const kept = values[at]!;
      values[at] = value;
      const result = await program.run(feeds);
      values[at] = kept;
      return Number(result.loss!.data[0]);
    },
    release: () => program.release(),
  };
}

function inputNameOf(tensor: Tensor): string {
  return (tensor.node.attributes as { name: string }).name;
}

/**
 * The largest disagreement between autodiff and central differences, in float64, of sum(y * weights) with fixed random
 * weights: |analytic - numeric| / max(1, |analytic|, |numeric|).
 */
export async function gradientError(
  leaves: readonly Leaf[],
  f: (...inputs: Tensor[]) => Tensor,
  options: CheckOptions = {},
): Promise<number> {
  return worstDifference(leaves, await evaluate(leaves, f, options));
}

export async function gradientErrorAt(
  leaves: readonly Leaf[],
  tensors: readonly Tensor[],
  y: Tensor,
  options: CheckOptions = {},
): Promise<number> {
  return worstDifference(leaves, await evaluateAt(leaves, tensors, y, options));
}

/** The largest disagreement of an evaluated function's gradients with central differences. */
export async function worstDifference(leaves: readonly Leaf[], evaluated: Evaluated): Promise<number> {
  const { data, gradients: found, lossWith } = evaluated;
  const places = leaves.flatMap((leaf, i) => (leaf.below ? [] : [i]));
  let worst = 0;
  const step = 1e-5;
  for (const [i, gradient] of found.entries()) {
    const values = data[places[i]!] as Float64Array;
    for (let k = 0; k < values.length; k++) {
      const above = await lossWith(places[i]!, k, values[k]! + step);
      const under = await lossWith(places[i]!, k, values[k]! - step);
      const numeric = (above - under) / (2 * step);
      const scale = Math.max(1, Math.abs(gradient[k]!), Math.abs(numeric));
      const error = Math.abs(gradient[k]! - numeric) / scale;
      worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
    }
  }
  await evaluated.release();
  return worst;
}
