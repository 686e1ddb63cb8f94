import { random } from "../../src/core/random.js";
import {
  compile,
  constant,
  gradients,
  input,
  type Tensor,
  type TensorData,
  type Value,
} from "../../src/tensor/index.js";
import { inputName } from "../../src/tensor/tensor.js";

export interface Leaf {
  shape: readonly number[];
  /** Values lie in [low, high]; the default is [-1.5, 1.5]. */
  low?: number;
  high?: number;
  /** Whole numbers in [0, below) as int32, which take no gradient. */
  below?: number;
}

/** Autodiff against central differences for f of fresh inputs; see `gradientErrorAt`. */
export function gradientError(
  leaves: readonly Leaf[],
  f: (...inputs: Tensor[]) => Tensor,
  seed = 1,
): Promise<number> {
  const tensors = leaves.map((leaf, i) => input(`x${i}`, leaf.below ? "int32" : "float64", leaf.shape));
  return gradientErrorAt(leaves, tensors, f(...tensors), seed);
}

/**
 * The largest disagreement between autodiff and central differences, in float64, of sum(y * weights) with fixed random
 * weights: |analytic - numeric| / max(1, |analytic|, |numeric|). `tensors` are the inputs that y is made from.
 */
export async function gradientErrorAt(
  leaves: readonly Leaf[],
  tensors: readonly Tensor[],
  y: Tensor,
  seed = 1,
): Promise<number> {
  const source = random(seed, "gradient-check");
  const data: TensorData[] = leaves.map(({ shape, low = -1.5, high = 1.5, below }) => {
    const size = elements(shape);
    return below
      ? Int32Array.from({ length: size }, () => source.integer(below))
      : Float64Array.from({ length: size }, () => low + (high - low) * source.uniform());
  });
  const weights = Float64Array.from({ length: elements(y.shape as number[]) }, () => source.normal());
  const loss = y.mul(constant("float64", y.shape as number[], weights)).sum();
  const places = leaves.flatMap((leaf, i) => (leaf.below ? [] : [i]));
  const analytic = gradients(
    loss,
    places.map((i) => tensors[i]!),
  );
  const program = await compile({ loss, ...Object.fromEntries(analytic.map((g, i) => [`gradient${i}`, g])) });
  const feeds: Record<string, Value> = {};
  for (const { name } of program.inputs) {
    const i = tensors.findIndex((tensor) => inputName(tensor) === name);
    feeds[name] = { data: data[i]!, shape: leaves[i]!.shape };
  }
  const run = async () => (await program.run(feeds)).loss!.data[0] as number;
  const first = await program.run(feeds);
  const found = analytic.map((_, i) => Float64Array.from(first[`gradient${i}`]!.data as Float64Array));
  let worst = 0;
  const step = 1e-5;
  for (const [i, gradient] of found.entries()) {
    const values = data[places[i]!] as Float64Array;
    for (let k = 0; k < values.length; k++) {
      const kept = values[k]!;
      values[k] = kept + step;
      const above = await run();
      values[k] = kept - step;
      const under = await run();
      values[k] = kept;
      const numeric = (above - under) / (2 * step);
      const scale = Math.max(1, Math.abs(gradient[k]!), Math.abs(numeric));
      worst = Math.max(worst, Math.abs(gradient[k]! - numeric) / scale);
    }
  }
  await program.release();
  return worst;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((total, length) => total * length, 1);
}
