import { HeedError } from "../../core/errors.js";
import { type Random, random } from "../../core/random.js";
import { row, rowsOf, type SequenceColumn } from "../../data/index.js";

/**
 * Dynamic segmentation (Qin et al. 2024, arXiv:2310.14318): every item that has something before it is the target of one
 * sample, whose input is the latest `length` items before it.
 */
export interface Prefixes {
  /** Number of samples; those of one sequence stand together, in time order. */
  size: number;
  /** Where each sequence's samples begin, [sequences + 1]. */
  offsets: Int32Array;
  input(sample: number): Int32Array;
  target(sample: number): number;
  /** What inputs are cut to. */
  length: number;
  /** Number of ids, that of padding included. */
  items: number;
}

/** Cuts sequences into samples. One of fewer than two items gives none. Errors: "sequence" for a length that is no count. */
export function prefixesOf(sequences: SequenceColumn, length: number): Prefixes {
  if (!(Number.isInteger(length) && length >= 1))
    throw new HeedError("sequence", `length is ${length}`, "give a whole number from 1");
  const { values, size: items } = sequences;
  const offsets = new Int32Array(rowsOf(sequences) + 1);
  for (let i = 0; i < rowsOf(sequences); i++)
    offsets[i + 1] = offsets[i]! + Math.max(0, row(sequences, i).length - 1);
  const size = offsets.at(-1)!;
  const starts = new Int32Array(size);
  const ends = new Int32Array(size);
  for (let i = 0; i < rowsOf(sequences); i++) {
    const first = sequences.offsets[i]!;
    for (let sample = offsets[i]!; sample < offsets[i + 1]!; sample++) {
      ends[sample] = first + 1 + sample - offsets[i]!;
      starts[sample] = Math.max(first, ends[sample]! - length);
    }
  }
  return {
    size,
    offsets,
    length,
    items,
    input: (sample) => values.subarray(starts[sample]!, ends[sample]!),
    target: (sample) => values[ends[sample]!]!,
  };
}

/**
 * The samples of one epoch: all of them, or `most` of each sequence, drawn without replacement, the one with the longest
 * input always among them.
 */
export function epochSamples(
  { offsets, size }: Prefixes,
  options: { most?: number | undefined; seed: number; epoch: number },
): Int32Array {
  const { most, seed, epoch } = options;
  if (most === undefined) return Int32Array.from({ length: size }, (_, sample) => sample);
  if (!(Number.isInteger(most) && most >= 1))
    throw new HeedError("sequence", `${most} samples a sequence`, "give a whole number from 1");
  const source = random(seed, "prefixes", epoch);
  const chosen: number[] = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    const last = offsets[i + 1]! - 1;
    if (last < offsets[i]!) continue;
    chosen.push(...distinct(offsets[i]!, last, most - 1, source), last);
  }
  return Int32Array.from(chosen);
}

/** `count` distinct whole numbers from `low` up to, but not including, `high`, or all there are (Floyd's algorithm). */
function distinct(low: number, high: number, count: number, source: Random): Set<number> {
  const taken = new Set<number>();
  for (let top = Math.max(low, high - count); top < high; top++) {
    const drawn = low + source.integer(top - low + 1);
    taken.add(taken.has(drawn) ? top : drawn);
  }
  return taken;
}
