import { HeedError } from "../core/errors.js";
import type { Random } from "../core/random.js";

/** Draws item ids from 1 to `items`. `known` items of the row are never drawn. */
export type NegativeSampler = (count: number, source: Random, known?: ReadonlySet<number>) => Int32Array;

function rejecting(items: number, draw: (source: Random) => number): NegativeSampler {
  return (count, source, known) => {
    if (known && known.size >= items) {
      throw new HeedError(
        "negatives",
        `all ${items} items are known positives`,
        "leave this row out, or sample without exclusion",
      );
    }
    return Int32Array.from({ length: count }, () => {
      for (;;) {
        const item = draw(source);
        if (!known?.has(item)) return item;
      }
    });
  };
}

export function uniformNegatives(items: number): NegativeSampler {
  return rejecting(items, (source) => 1 + source.integer(items));
}

/** In proportion to count^power; `counts[id]` for ids 0..items, id 0 ignored. Walker's alias method: constant time a draw. */
export function popularityNegatives(counts: ArrayLike<number>, power = 0.75): NegativeSampler {
  const items = counts.length - 1;
  const weights = Float64Array.from({ length: items }, (_, i) => counts[i + 1]! ** power);
  const total = weights.reduce((a, b) => a + b, 0);
  if (!(total > 0))
    throw new HeedError("negatives", "every item has count 0", "count items on the training data");
  const keep = weights.map((weight) => (weight * items) / total);
  const alias = new Int32Array(items);
  const small = [...keep.keys()].filter((i) => keep[i]! < 1);
  const large = [...keep.keys()].filter((i) => keep[i]! >= 1);
  while (small.length > 0 && large.length > 0) {
    const low = small.pop()!;
    const high = large.at(-1)!;
    alias[low] = high;
    keep[high] = keep[high]! - (1 - keep[low]!);
    if (keep[high]! < 1) small.push(large.pop()!);
  }
  for (const i of [...small, ...large]) keep[i] = 1;
  return rejecting(items, (source) => {
    const i = source.integer(items);
    return 1 + (source.uniform() < keep[i]! ? i : alias[i]!);
  });
}
