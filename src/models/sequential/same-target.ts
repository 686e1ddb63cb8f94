import { type Random, random } from "../../core/random.js";
import type { Prefixes } from "./prefixes.js";

/** Samples by what follows them: two that lead to the same item are taken to share an intent. */
export interface SameTarget {
  /**
   * For each of the given samples another one with the same target and a different input; the sample itself where there is none.
   * "uniform" draws it from (seed, epoch); "last" takes the last of all, as the authors' program does.
   */
  partners(samples: Int32Array, options: Pairing): Int32Array;
}

export interface Pairing {
  pairing: "uniform" | "last";
  seed: number;
  epoch: number;
}

export function bySameTarget(prefixes: Prefixes): SameTarget {
  const { offsets, members } = bucketsOf(prefixes);
  // Equal inputs side by side, so that a sample's own run can be stepped over when another is drawn.
  const ordered = members.slice();
  const runStarts = new Int32Array(prefixes.size);
  const runEnds = new Int32Array(prefixes.size);
  for (let item = 0; item < prefixes.items; item++) {
    const [from, to] = [offsets[item]!, offsets[item + 1]!];
    ordered.subarray(from, to).sort((a, b) => compareInputs(prefixes, a, b) || a - b);
    for (let start = from; start < to; ) {
      let end = start + 1;
      while (end < to && compareInputs(prefixes, ordered[start]!, ordered[end]!) === 0) end++;
      for (let at = start; at < end; at++) {
        runStarts[ordered[at]!] = start;
        runEnds[ordered[at]!] = end;
      }
      start = end;
    }
  }

  function drawn(sample: number, source: Random): number {
    const item = prefixes.target(sample);
    const from = offsets[item]!;
    const own = runEnds[sample]! - runStarts[sample]!;
    const others = offsets[item + 1]! - from - own;
    if (others === 0) return sample;
    const at = from + source.integer(others);
    return ordered[at < runStarts[sample]! ? at : at + own]!;
  }

  function last(sample: number): number {
    const item = prefixes.target(sample);
    for (let at = offsets[item + 1]! - 1; at >= offsets[item]!; at--) {
      const other = members[at]!;
      // Equal inputs belong to one run.
      if (runStarts[other] !== runStarts[sample]) return other;
    }
    return sample;
  }

  return {
    partners(samples, { pairing, seed, epoch }) {
      const source = random(seed, "partners", epoch);
      return samples.map((sample) => (pairing === "last" ? last(sample) : drawn(sample, source)));
    },
  };
}

/** The samples of each target, in their own order. */
function bucketsOf(prefixes: Prefixes): { offsets: Int32Array; members: Int32Array } {
  const offsets = new Int32Array(prefixes.items + 1);
  for (let sample = 0; sample < prefixes.size; sample++) offsets[prefixes.target(sample) + 1]!++;
  for (let item = 0; item < prefixes.items; item++) offsets[item + 1]! += offsets[item]!;
  const next = offsets.slice();
  const members = new Int32Array(prefixes.size);
  for (let sample = 0; sample < prefixes.size; sample++) members[next[prefixes.target(sample)]!++] = sample;
  return { offsets, members };
}

/** An order of inputs in which only equal ones are equal, read from their latest items, where most differ. */
function compareInputs(prefixes: Prefixes, a: number, b: number): number {
  const [left, right] = [prefixes.input(a), prefixes.input(b)];
  const common = Math.min(left.length, right.length);
  for (let back = 1; back <= common; back++) {
    const difference = left.at(-back)! - right.at(-back)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
