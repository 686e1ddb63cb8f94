import { HeedError } from "../core/errors.js";
import type { Random } from "../core/random.js";

/** Items a row already has: a set, or ids in rising order. */
export type KnownItems = ReadonlySet<number> | Int32Array;

/**
 * Draws `count` item ids from 1 up, each on its own (one may come twice). Items in `exclude` are never drawn; the others
 * keep their proportions. It is an error when `exclude` leaves nothing to draw.
 */
export type NegativeSampler = (count: number, source: Random, exclude?: KnownItems) => Int32Array;

/** Every item 1..items alike. */
export function uniformNegatives(items: number): NegativeSampler {
  if (!(Number.isInteger(items) && items >= 1)) {
    throw new HeedError("negatives", `the catalogue has ${items} items`, "give the number of items, from 1");
  }
  return sampler(
    items,
    () => 1,
    (source) => 1 + source.integer(items),
  );
}

/**
 * In proportion to count^power; `counts[id]` for ids 0..items, id 0 ignored. Count on training data. An item of count 0
 * is never drawn. Walker's alias method: constant time a draw. The power 0.75 is word2vec's (Mikolov et al. 2013).
 */
export function popularityNegatives(counts: ArrayLike<number>, power = 0.75): NegativeSampler {
  const weights = Float64Array.from({ length: Math.max(0, counts.length - 1) }, (_, i) => {
    const count = counts[i + 1]!;
    if (!(count >= 0 && count < Infinity)) {
      throw new HeedError(
        "negatives",
        `item ${i + 1} has count ${count}`,
        "counts are finite numbers from 0",
      );
    }
    return count === 0 ? 0 : count ** power;
  });
  const total = weights.reduce((a, b) => a + b, 0);
  if (!(total > 0))
    throw new HeedError("negatives", "every item has count 0", "count items on the training data");
  const { keep, alias } = aliasTable(weights, total);
  return sampler(
    weights.length,
    (item) => weights[item - 1]!,
    (source) => {
      const i = source.integer(weights.length);
      return 1 + (source.uniform() < keep[i]! ? i : alias[i]!);
    },
  );
}

/**
 * Which positives of a batch may serve as negatives of which row: a mask [rows, rows], 1 at (i, j) when row j's item is
 * neither row i's own (the same item in another row is no negative) nor excluded for row i. A row with no negative at
 * all is an error. Popular items are met more often; correct logits by their log probability (Yi et al. 2019).
 */
export function inBatchNegatives(
  positives: Int32Array,
  exclude?: (row: number) => KnownItems | undefined,
): Uint8Array {
  const rows = positives.length;
  const mask = new Uint8Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    const excluded = membership(exclude?.(i));
    let found = false;
    for (let j = 0; j < rows; j++) {
      if (positives[j] === positives[i] || excluded(positives[j]!)) continue;
      mask[i * rows + j] = 1;
      found = true;
    }
    if (!found) {
      throw new HeedError(
        "negatives",
        `row ${i} of the batch has no negative in it`,
        "use larger batches, or sample negatives",
      );
    }
  }
  return mask;
}

function aliasTable(weights: Float64Array, total: number): { keep: Float64Array; alias: Int32Array } {
  const keep = weights.map((weight) => (weight * weights.length) / total);
  const alias = new Int32Array(weights.length);
  const small = [...keep.keys()].filter((i) => keep[i]! < 1);
  const large = [...keep.keys()].filter((i) => keep[i]! >= 1);
  while (small.length > 0 && large.length > 0) {
    const low = small.pop()!;
    const high = large.at(-1)!;
    alias[low] = high;
    keep[high] = keep[high]! - (1 - keep[low]!);
    if (keep[high]! < 1) small.push(large.pop()!);
  }
  // What rounding leaves over has weight 1, up to rounding, in either list; an item of weight 0 must stay undrawn.
  const heaviest = weights.indexOf(weights.reduce((a, b) => Math.max(a, b), 0));
  for (const i of [...small, ...large]) {
    if (weights[i] === 0) alias[i] = heaviest;
    else keep[i] = 1;
  }
  return { keep, alias };
}

/** Draws that hit an excluded item are repeated; after this many in a row, one pass over the catalogue is cheaper. */
const patience = 64;

function sampler(
  items: number,
  weight: (item: number) => number,
  draw: (source: Random) => number,
): NegativeSampler {
  return (count, source, exclude) => {
    const excluded = membership(exclude);
    const one = () => {
      for (let i = 0; i < patience; i++) {
        const item = draw(source);
        if (!excluded(item)) return item;
      }
      return drawRemaining(items, (item) => (excluded(item) ? 0 : weight(item)), source);
    };
    return Int32Array.from({ length: count }, one);
  };
}

function drawRemaining(items: number, weight: (item: number) => number, source: Random): number {
  let total = 0;
  for (let item = 1; item <= items; item++) total += weight(item);
  if (total === 0) {
    throw new HeedError(
      "negatives",
      `the excluded items cover all that could be drawn of ${items} items`,
      "leave this row out, or sample without exclusion",
    );
  }
  let left = source.uniform() * total;
  let last = 0;
  for (let item = 1; item <= items; item++) {
    if (weight(item) === 0) continue;
    last = item;
    left -= weight(item);
    if (left < 0) break;
  }
  return last;
}

function membership(known: KnownItems | undefined): (item: number) => boolean {
  if (!known) return () => false;
  if (!(known instanceof Int32Array)) return (item) => known.has(item);
  if (known.some((item, i) => i > 0 && item < known[i - 1]!)) {
    throw new HeedError(
      "negatives",
      "the excluded items are not in rising order",
      "sort them, or give a Set",
    );
  }
  return (item) => {
    let low = 0;
    let high = known.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (known[middle]! < item) low = middle + 1;
      else high = middle;
    }
    return known[low] === item;
  };
}
