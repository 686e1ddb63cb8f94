import { HeedError } from "../../core/errors.js";
import { row, rowsOf, type SequenceColumn } from "../../data/index.js";

/** How often each item followed each other one, sparse: those that followed item a stand from offsets[a] to offsets[a + 1]. */
export interface Transitions {
  /** Number of ids, that of padding included. */
  size: number;
  offsets: Int32Array;
  followers: Int32Array;
  counts: Float64Array;
}

/** Counts pairs (a, b) where b follows a within `span` steps, in the last `length` items of each sequence. */
export function countTransitions(
  sequences: SequenceColumn,
  { length, span = 1 }: { length: number; span?: number },
): Transitions {
  if (!(Number.isInteger(span) && span >= 1))
    throw new HeedError("transitions", `the span is ${span}`, "give a whole number of steps from 1");
  const tables = Array.from({ length: sequences.size }, () => new Map<number, number>());
  for (let i = 0; i < rowsOf(sequences); i++) {
    const ids = row(sequences, i).slice(-length);
    for (let t = 0; t < ids.length; t++) {
      const table = tables[ids[t]!]!;
      for (const next of ids.subarray(t + 1, t + 1 + span)) table.set(next, (table.get(next) ?? 0) + 1);
    }
  }
  const offsets = new Int32Array(sequences.size + 1);
  tables.forEach((table, item) => {
    offsets[item + 1] = offsets[item]! + table.size;
  });
  const pairs = tables.flatMap((table) => [...table].sort(([a], [b]) => a - b));
  return {
    size: sequences.size,
    offsets,
    followers: Int32Array.from(pairs, ([next]) => next),
    counts: Float64Array.from(pairs, ([, count]) => count),
  };
}

/**
 * What transitions teach: for each item a distribution over all items, softmax(count / largest count / temperature). An
 * item that nothing followed has the same probability `floor` everywhere, so that only what lies above it is kept:
 * the probability of b after a is floors[a], and its excess where b is among the followers.
 */
export interface Teacher {
  transitions: Transitions;
  /** [ids]; that of padding is unused. */
  floors: Float32Array;
  /** Beside each follower. */
  excesses: Float32Array;
}

export function teacherOf(transitions: Transitions, temperature: number): Teacher {
  if (!(temperature > 0))
    throw new HeedError("transitions", `the temperature is ${temperature}`, "give a positive number");
  const { size, offsets, counts } = transitions;
  const floors = new Float32Array(size);
  const excesses = new Float32Array(counts.length);
  for (let item = 1; item < size; item++) {
    const [from, to] = [offsets[item]!, offsets[item + 1]!];
    const own = counts.subarray(from, to);
    // Divided by the largest term, which is exp(1 / temperature): a low temperature overflows nothing.
    const unit = to > from ? Math.exp(-1 / temperature) : 1;
    const largest = own.reduce((most, count) => Math.max(most, count), 0);
    const terms = own.map((count) => Math.exp((count / largest - 1) / temperature) - unit);
    const total = (size - 1) * unit + terms.reduce((sum, term) => sum + term, 0);
    floors[item] = unit / total;
    excesses.set(
      terms.map((term) => term / total),
      from,
    );
  }
  return { transitions, floors, excesses };
}
