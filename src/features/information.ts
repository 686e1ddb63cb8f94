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
  return divided(feature, target).remaining(target, false);
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
  const rows = divided(feature, target);
  const truth = rows.remaining(target, false);
  if (background === "shift") return rows.remaining(target, true) - truth;
  let broken = 0;
  for (let draw = 0; draw < permutations; draw++) {
    const codes = Int32Array.from(target.codes);
    shuffle(codes, random(seed, "background", draw));
    broken += rows.remaining({ codes, size: target.size }, false);
  }
  return broken / permutations - truth;
}

/** Rows divided by a column's value. */
interface Divided {
  /**
   * The entropy of the target within the groups, weighted by their size; shifted, each group takes the target of the rows that
   * lie as many further as it has rows, beginning again after the last. With k rows of class c in a group of g rows that is
   * (g ln g - sum of k ln k) / n, summed: groups of one row add nothing.
   */
  remaining(target: CodedColumn, shifted: boolean): number;
}

/** Cells of a table of counts, at most so many for every row: beyond, most would stay empty. */
const cellsPerRow = 4;

function divided(feature: CodedColumn, target: CodedColumn): Divided {
  return feature.size * target.size <= cellsPerRow * feature.codes.length
    ? counted(feature)
    : grouped(feature);
}

/** By a table of counts of value and class. */
function counted(feature: CodedColumn): Divided {
  const { codes: values, size } = feature;
  const length = values.length;
  const sizes = valueCounts(feature);
  return {
    remaining({ codes, size: classes }, shifted) {
      const counts = new Int32Array(size * classes);
      for (let i = 0; i < length; i++) {
        const value = values[i]!;
        let row = shifted ? i + sizes[value]! : i;
        if (row >= length) row -= length;
        counts[value * classes + codes[row]!]!++;
      }
      let total = 0;
      for (let value = 0; value < size; value++) {
        let within = 0;
        for (let at = value * classes; at < (value + 1) * classes; at++) within += timesLog(counts[at]!);
        total += timesLog(sizes[value]!) - within;
      }
      return total / length;
    },
  };
}

/** By the rows of each value, one value after the other. */
function grouped(feature: CodedColumn): Divided {
  const { codes: values, size } = feature;
  const length = values.length;
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < length; i++) starts[values[i]! + 1]!++;
  for (let value = 0; value < size; value++) starts[value + 1]! += starts[value]!;
  const next = starts.slice(0, size);
  const rows = new Int32Array(length);
  for (let i = 0; i < length; i++) rows[next[values[i]!]!++] = i;
  return {
    remaining({ codes, size: classes }, shifted) {
      const counts = new Int32Array(classes);
      const seen = new Int32Array(classes);
      let total = 0;
      for (let value = 0; value < size; value++) {
        const [start, end] = [starts[value]!, starts[value + 1]!];
        const offset = shifted ? end - start : 0;
        if (end - start < 2) continue;
        let found = 0;
        for (let i = start; i < end; i++) {
          let row = rows[i]! + offset;
          if (row >= length) row -= length;
          const code = codes[row]!;
          if (counts[code]!++ === 0) seen[found++] = code;
        }
        let within = 0;
        for (let i = 0; i < found; i++) {
          within += timesLog(counts[seen[i]!]!);
          counts[seen[i]!] = 0;
        }
        total += timesLog(end - start) - within;
      }
      return total / length;
    },
  };
}

function timesLog(count: number): number {
  return count < 2 ? 0 : count * Math.log(count);
}
