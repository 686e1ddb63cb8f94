/**
 * The kernels of kernels/ again: slow, obvious and on plain arrays, the oracle of their tests. Each float32 operation is
 * rounded where the kernels round, so both agree to the bit.
 */
import type { UpdateKernelName } from "../../src/train/row-kernels.js";

const round = Math.fround;

export interface Groups {
  distinct: number[];
  starts: number[];
  order: number[];
  place: number[];
}

export function group(ids: ArrayLike<number>): Groups {
  const positions = new Map<number, number[]>();
  Array.from(ids).forEach((id, i) => {
    positions.set(id, [...(positions.get(id) ?? []), i]);
  });
  const distinct = [...positions.keys()].sort((a, b) => a - b);
  const starts = [0];
  for (const id of distinct) starts.push(starts.at(-1)! + positions.get(id)!.length);
  return {
    distinct,
    starts,
    order: distinct.flatMap((id) => positions.get(id)!),
    place: Array.from(ids, (id) => distinct.indexOf(id)),
  };
}

export function gather(
  ids: ArrayLike<number>,
  first: number,
  dim: number,
  table: Float32Array,
): Float32Array {
  return Float32Array.from(
    { length: ids.length * dim },
    (_, i) => table[(ids[Math.floor(i / dim)]! - first) * dim + (i % dim)]!,
  );
}

export function sum({ distinct, starts, order }: Groups, dim: number, upstream: Float32Array): Float32Array {
  const out = new Float32Array(distinct.length * dim);
  distinct.forEach((_, k) => {
    for (let d = 0; d < dim; d++) {
      const [head, ...rest] = order.slice(starts[k], starts[k + 1]).map((i) => upstream[i * dim + d]!);
      out[k * dim + d] = rest.reduce((total, g) => round(total + g), head!);
    }
  });
  return out;
}

export function penalize(gradients: Float32Array, rows: Float32Array, penalty: number): Float32Array {
  return gradients.map((g, i) => round(g + round(rows[i]! * round(penalty))));
}

export function squares(values: Float32Array): number {
  const totals = [0, 0];
  values.forEach((value, i) => {
    totals[i % 2]! += value * value;
  });
  return totals[0]! + totals[1]!;
}

/** The next value of one number and of its slots: w and its slots, its gradient, and the optimizer's constants. */
type Step = (w: number, slots: number[], g: number, constants: number[]) => number[];

const steps: Record<UpdateKernelName, Step> = {
  sgd: (w, _, g, [rate]) => [round(w - round(g * rate!))],
  momentum(w, [velocity], g, [rate, momentum]) {
    const next = round(round(velocity! * momentum!) + g);
    return [round(w - round(next * rate!)), next];
  },
  adam(w, [mean, square], g, [rate, beta1, rest1, beta2, rest2, correction, rootCorrection, epsilon, decay]) {
    const m = round(round(mean! * beta1!) + round(g * rest1!));
    const v = round(round(square! * beta2!) + round(round(g * g) * rest2!));
    const kept = round(w - round(w * round(rate! * decay!)));
    const denominator = round(round(round(Math.sqrt(v)) * rootCorrection!) + epsilon!);
    return [round(kept - round(round(m * round(rate! * correction!)) / denominator)), m, v];
  },
  adagrad(w, [square], g, [rate, epsilon]) {
    const next = round(square! + round(g * g));
    return [round(w - round(round(g * rate!) / round(round(Math.sqrt(next)) + epsilon!))), next];
  },
  ftrl(w, [square, linear], g, [rate, l1, l2, beta]) {
    const squared = round(g * g);
    const next = round(square! + squared);
    const root = round(Math.sqrt(next));
    const roots = Math.max(round(root + round(Math.sqrt(square!))), 2 ** -126);
    const sigma = round(round(squared / roots) / rate!);
    const z = round(round(linear! + g) - round(sigma * w));
    const beyond = Math.max(round(Math.abs(z) - l1!), 0);
    const strength = round(round(round(root + beta!) / rate!) + l2!);
    return [round((0 - (z < 0 ? -beyond : beyond)) / strength), next, z];
  },
};

/** One step on the rows `ids` of a table and of its slots, in place. */
export function update(
  kernel: UpdateKernelName,
  ids: ArrayLike<number>,
  first: number,
  dim: number,
  gradients: Float32Array,
  scale: number,
  [values, ...slots]: Float32Array[],
  constants: readonly number[],
): void {
  for (let i = 0; i < ids.length * dim; i++) {
    const at = (ids[Math.floor(i / dim)]! - first) * dim + (i % dim);
    const before = slots.map((slot) => slot[at]!);
    const g = round(gradients[i]! * round(scale));
    const [w, ...next] = steps[kernel](values![at]!, before, g, constants.map(round));
    values![at] = w!;
    slots.forEach((slot, s) => {
      slot[at] = next[s]!;
    });
  }
}
