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

/** Shuffled training batches of one epoch; users with fewer than two items have nothing to predict and are left out. */
export function* sequenceBatches(
  sequences: SequenceColumn,
  options: {
    length: number;
    batchSize: number;
    seed: number;
    epoch: number;
    weights?: ArrayLike<number> | undefined;
  },
): Generator<Feeds> {
  const { length, weights } = options;
  const usable = Array.from({ length: rowsOf(sequences) }, (_, i) => i).filter(
    (i) => row(sequences, i).length >= 2,
  );
  for (const chosen of batches(usable.length, options)) {
    const users = Array.from(chosen, (i) => usable[i]!);
    yield sequenceBatch(
      users.map((user) => row(sequences, user)),
      length,
      weights && users.map((user) => weights[user]!),
    );
  }
}
