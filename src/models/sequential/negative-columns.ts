import type { Random } from "../../core/random.js";
import { uniformNegatives } from "../../data/index.js";
import type { Feeds } from "../../train/index.js";
import type { ExtraColumns } from "./batches.js";
import type { Sampling } from "./losses.js";

/** The items that a sampled loss tells targets from, uniform over the catalogue; a position's own are unseen by its user. */
export function negativeColumns(items: number, { count, shared }: Sampling): ExtraColumns {
  const draw = uniformNegatives(items);
  if (shared) {
    return (_, __, source) => ({
      "targets.shared": { data: draw(count, source), shape: [count] },
    });
  }
  return (sequences, batch, source) => ownNegatives(sequences, batch, source, items, count);
}

function ownNegatives(
  sequences: readonly Int32Array[],
  batch: Feeds,
  source: Random,
  items: number,
  count: number,
): Feeds {
  const draw = uniformNegatives(items);
  const positions = batch["targets.positions"]!.data as Int32Array;
  const length = batch["targets.slots"]!.shape[1]!;
  const own = new Int32Array(positions.length * count);
  const seen = sequences.map((ids) => new Set(ids));
  positions.forEach((position, token) => {
    const known = seen[Math.floor(position / length)]!;
    // Somebody who has had everything has no unseen item: any will do.
    own.set(draw(count, source, known.size < items ? known : undefined), token * count);
  });
  return { "targets.own": { data: own, shape: [positions.length, count] } };
}
