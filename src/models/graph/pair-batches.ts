import { HeedError } from "../../core/errors.js";
import { random } from "../../core/random.js";
import { uniformNegatives } from "../../data/index.js";
import type { Feeds } from "../../train/index.js";
import type { SparseMatrix } from "./sparse.js";

export interface PairBatchOptions {
  batchSize: number;
  seed: number;
  epoch: number;
  /** Nodes drawn at each step, by the name of their column: how many, out of how many. */
  samples?: Readonly<Record<string, { count: number; of: number }>>;
}

/** Steps that an epoch of pair batches has: one a batch of interactions, and one more. */
export function pairSteps(interactions: SparseMatrix, batchSize: number): number {
  return Math.floor(interactions.columns.length / batchSize) + 1;
}

/**
 * One epoch of pair batches: users drawn without replacement (with it, where there are fewer than the batch takes), one of
 * their items and one that is not theirs. The same for the same seed and epoch. Errors: "negatives" when somebody has all items.
 */
export function* pairBatches(interactions: SparseMatrix, options: PairBatchOptions): Generator<Feeds> {
  const { batchSize, seed, epoch, samples = {} } = options;
  const { height, width, offsets, columns } = interactions;
  const people = Array.from({ length: height }, (_, user) => user).filter(
    (user) => offsets[user + 1]! > offsets[user]!,
  );
  if (people.length === 0)
    throw new HeedError("empty", "there are no interactions", "give at least one to learn from");
  const draw = uniformNegatives(width);
  const source = random(seed, "pair-batches", epoch);
  for (let step = 0; step < pairSteps(interactions, batchSize); step++) {
    const chosen =
      people.length >= batchSize
        ? drawn(people.length, batchSize, source.integer).map((i) => people[i]!)
        : Array.from({ length: batchSize }, () => people[source.integer(people.length)]!);
    const positive = chosen.map(
      (user) => columns[offsets[user]! + source.integer(offsets[user + 1]! - offsets[user]!)]!,
    );
    const negative = chosen.map((user) => {
      // The sampler's ids run from 1.
      const known = columns.subarray(offsets[user]!, offsets[user + 1]!).map((item) => item + 1);
      return draw(1, source, known)[0]! - 1;
    });
    const nodes = Object.entries(samples).map(([name, { count, of }]) => [
      name,
      { data: Int32Array.from(drawn(of, count, source.integer)), shape: [count] },
    ]);
    const column = (ids: number[]) => ({ data: Int32Array.from(ids), shape: [ids.length] });
    yield {
      user: column(chosen),
      positive: column(positive),
      negative: column(negative),
      ...Object.fromEntries(nodes),
    };
  }
}

/** `count` different numbers below `of`, by as many steps of a shuffle. */
function drawn(of: number, count: number, integer: (bound: number) => number): number[] {
  const moved = new Map<number, number>();
  return Array.from({ length: count }, (_, i) => {
    const j = i + integer(of - i);
    const found = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return found;
  });
}
