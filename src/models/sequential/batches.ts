import { type Random, random } from "../../core/random.js";
import { batches, padInto, row, rowsOf, type SequenceColumn } from "../../data/index.js";
import type { Feeds } from "../../train/index.js";

/** Histories as the sequence task reads them: [rows, length], left-padded, the latest items kept. */
export function historyFeed(histories: readonly Int32Array[], length: number): Feeds {
  const data = new Int32Array(histories.length * length);
  histories.forEach((ids, i) => {
    padInto(data, i * length, length, ids);
  });
  return { history: { data, shape: [histories.length, length] } };
}

/**
 * One training batch: each position's target is the item that follows; padding has none. `weights`, one a sequence, are
 * given to all its targets.
 */
export function sequenceBatch(
  sequences: readonly Int32Array[],
  length: number,
  weights?: ArrayLike<number>,
): Feeds {
  const inputs = historyFeed(
    sequences.map((ids) => ids.subarray(0, -1)),
    length,
  );
  const slots = new Int32Array(sequences.length * length);
  const positions: number[] = [];
  const targets: number[] = [];
  const tokenWeights: number[] = [];
  sequences.forEach((ids, i) => {
    const known = Math.min(length, Math.max(0, ids.length - 1));
    for (let t = 0; t < known; t++) {
      const position = i * length + length - known + t;
      positions.push(position);
      targets.push(ids[ids.length - known + t]!);
      slots[position] = positions.length;
      if (weights) tokenWeights.push(weights[i]!);
    }
  });
  return {
    ...inputs,
    "targets.positions": { data: Int32Array.from(positions), shape: [positions.length] },
    "targets.slots": { data: slots, shape: [sequences.length, length] },
    "targets.items": { data: Int32Array.from(targets), shape: [targets.length] },
    ...(weights && {
      "targets.weights": { data: Float32Array.from(tokenWeights), shape: [targets.length] },
    }),
  };
}

/** Columns that a model adds to a batch; `source` is the batch's own stream of random numbers. */
export type ExtraColumns = (sequences: readonly Int32Array[], batch: Feeds, source: Random) => Feeds;

interface EpochOptions {
  length: number;
  batchSize: number;
  seed: number;
  epoch: number;
  /** The weight of each user's losses, by row. */
  weights?: ArrayLike<number> | undefined;
}

/** Shuffled training batches of one epoch; users with fewer than two items have nothing to predict and are left out. */
export function* sequenceBatches(
  sequences: SequenceColumn,
  options: EpochOptions & { extra?: ExtraColumns | undefined },
): Generator<Feeds> {
  const { length, seed, epoch, extra, weights } = options;
  for (const { users, chosen, index } of trainable(sequences, options)) {
    const batch = sequenceBatch(chosen, length, weights && users.map((user) => weights[user]!));
    yield extra ? { ...batch, ...extra(chosen, batch, random(seed, "extra-columns", epoch, index)) } : batch;
  }
}

/** The sequences of each batch: those of two items or more, shuffled. */
export function* trainable(
  sequences: SequenceColumn,
  options: EpochOptions,
): Generator<{ users: number[]; chosen: Int32Array[]; index: number }> {
  const usable = Array.from({ length: rowsOf(sequences) }, (_, i) => i).filter(
    (i) => row(sequences, i).length >= 2,
  );
  let index = 0;
  for (const rows of batches(usable.length, options)) {
    const users = Array.from(rows, (i) => usable[i]!);
    yield { users, chosen: users.map((user) => row(sequences, user)), index };
    index++;
  }
}

/**
 * Shuffled batches of one epoch for models that look at all of a history at once: every prefix of every sequence is a
 * sample, and its target is the item that follows, at the last position.
 */
export function* prefixBatches(sequences: SequenceColumn, options: EpochOptions): Generator<Feeds> {
  const users: number[] = [];
  const ends: number[] = [];
  for (let user = 0; user < rowsOf(sequences); user++) {
    for (let end = 1; end < row(sequences, user).length; end++) {
      users.push(user);
      ends.push(end);
    }
  }
  const { length, weights } = options;
  for (const chosen of batches(users.length, options)) {
    const slots = new Int32Array(chosen.length * length);
    const positions = Int32Array.from(chosen, (_, i) => (i + 1) * length - 1);
    positions.forEach((position, i) => {
      slots[position] = i + 1;
    });
    yield {
      ...historyFeed(
        Array.from(chosen, (i) => row(sequences, users[i]!).subarray(0, ends[i]!)),
        length,
      ),
      "targets.positions": { data: positions, shape: [chosen.length] },
      "targets.slots": { data: slots, shape: [chosen.length, length] },
      "targets.items": {
        data: Int32Array.from(chosen, (i) => row(sequences, users[i]!)[ends[i]!]!),
        shape: [chosen.length],
      },
      ...(weights && {
        "targets.weights": {
          data: Float32Array.from(chosen, (i) => weights[users[i]!]!),
          shape: [chosen.length],
        },
      }),
    };
  }
}
