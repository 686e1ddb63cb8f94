import { random, shuffle } from "../core/random.js";
import { type CodedColumn, checkPair, equalCodes, valueCounts } from "./codes.js";

/**
 * What the corrected score subtracts the truth from. "shift", as published: each value takes the labels that lie as many
 * rows further as it has rows. "permutation": all values take the labels of one permuted column, averaged over five, so the
 * classes keep their shares and labels that are not balanced add less noise.
 */
export type Background = "shift" | "permutation";

const permutations = 5;

/** Entropy of a column in nats. */
export function entropy(column: CodedColumn): number {
  const length = column.codes.length;
  let sum = 0;
  for (const count of valueCounts(column)) sum += timesLog(count);
  return (timesLog(length) - sum) / length;
}

/** Entropy in nats that `target` keeps where `feature` is known: H(target | feature). */
export function conditionalEntropy(feature: CodedColumn, target: CodedColumn): number {
  checkPair(feature, target);
  return remaining(groupRows(feature), target, null);
}

/** Mutual information in nats: H(target) - H(target | feature). Grows with the number of values, whatever they mean. */
export function mutualInformation(feature: CodedColumn, target: CodedColumn): number {
  return entropy(target) - conditionalEntropy(feature, target);
}

/**
 * The cardinality-corrected information of OutRank in nats (arXiv:2309.01552, "MI-numba-randomized"): the entropy that the
 * target keeps where its link to the feature is broken and every value keeps its frequency, less what it truly keeps. Noise
 * scores about 0 whatever its cardinality; a column of one value, or of a new value in every row, scores 0. A column equal
 * to the target gets H(target).
 * With the background "shift" rows must not be sorted by the target: shuffle them once.
 */
export function correctedInformation(
  feature: CodedColumn,
  target: CodedColumn,
  { background = "shift", seed = 0 }: { background?: Background; seed?: number } = {},
): number {
  checkPair(feature, target);
  if (equalCodes(feature, target)) return entropy(target);
  const groups = groupRows(feature);
  const truth = remaining(groups, target, null);
  if (background === "shift") return remaining(groups, target, "own count") - truth;
  let broken = 0;
  for (let draw = 0; draw < permutations; draw++) {
    const codes = Int32Array.from(target.codes);
    shuffle(codes, random(seed, "background", draw));
    broken += remaining(groups, { codes, size: target.size }, null);
  }
  return broken / permutations - truth;
}

/** The rows of a table by one column's value: value `v` has `rows[starts[v] .. starts[v + 1]]`. */
interface Groups {
  starts: Int32Array;
  rows: Int32Array;
}

function groupRows(column: CodedColumn): Groups {
  const { codes, size } = column;
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < codes.length; i++) starts[codes[i]! + 1]!++;
  for (let value = 0; value < size; value++) starts[value + 1]! += starts[value]!;
  const next = starts.slice(0, size);
  const rows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) rows[next[codes[i]!]!++] = i;
  return { starts, rows };
}

/**
 * The entropy of the target within the groups, weighted by their size; with "own count" each group takes the target of the
 * rows that lie as many further as it has rows, beginning again after the last. With k rows of class c in a group of g rows
 * that is (g ln g - sum of k ln k) / n, summed: groups of one row add nothing.
 */
function remaining({ starts, rows }: Groups, target: CodedColumn, shift: "own count" | null): number {
  const { codes } = target;
  const length = codes.length;
  const counts = new Int32Array(target.size);
  const seen = new Int32Array(target.size);
  let total = 0;
  for (let value = 0; value + 1 < starts.length; value++) {
    const [start, end] = [starts[value]!, starts[value + 1]!];
    const size = end - start;
    if (size < 2) continue;
    const offset = shift === null ? 0 : size;
    let classes = 0;
    for (let i = start; i < end; i++) {
      const row = rows[i]! + offset;
      const code = codes[row >= length ? row - length : row]!;
      if (counts[code]!++ === 0) seen[classes++] = code;
    }
    let within = 0;
    for (let i = 0; i < classes; i++) {
      within += timesLog(counts[seen[i]!]!);
      counts[seen[i]!] = 0;
    }
    total += timesLog(size) - within;
  }
  return total / length;
}

function timesLog(count: number): number {
  return count < 2 ? 0 : count * Math.log(count);
}
