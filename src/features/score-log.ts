import { random } from "../core/random.js";

/** A score over batches: the median, and the greatest, which shows what is strong in few. */
export interface Aggregate {
  score: number;
  max: number;
  /** Batches it was scored in. */
  times: number;
}

/** Scores kept for one median: beyond, a uniform sample of that many. */
const mostKept = 1_024;

interface Kept {
  scores: number[];
  max: number;
  times: number;
}

/** The scores of batches by name, in memory that does not grow with their number. */
export function scoreLog(seed: number) {
  const kept = new Map<string, Kept>();
  const chosen = random(seed, "score log");
  return {
    add(name: string, score: number): void {
      let entry = kept.get(name);
      if (!entry) {
        entry = { scores: [], max: Number.NEGATIVE_INFINITY, times: 0 };
        kept.set(name, entry);
      }
      entry.times++;
      entry.max = Math.max(entry.max, score);
      if (entry.scores.length < mostKept) entry.scores.push(score);
      else {
        const place = chosen.integer(entry.times);
        if (place < mostKept) entry.scores[place] = score;
      }
    },
    all(): Map<string, Aggregate> {
      return new Map(
        [...kept].map(([name, { scores, max, times }]) => [name, { score: median(scores), max, times }]),
      );
    },
  };
}

/** The middle of some numbers, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The scores between 0, the least, and 1, the greatest; 0 where all are equal. */
export function scaled(scores: readonly number[]): number[] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const score of scores) {
    least = Math.min(least, score);
    most = Math.max(most, score);
  }
  return scores.map((score) => (most > least ? (score - least) / (most - least) : 0));
}
