import { HeedError } from "../../core/errors.js";
import { random } from "../../core/random.js";
import type { NegativeSampler } from "../../data/index.js";
import { checkCount } from "../check-numbers.js";
import { type RaggedLists, usersOf } from "../ranking/ragged-lists.js";
import type { Candidates } from "./candidates.js";

export interface SampledOptions {
  /** Negatives a user. */
  count: number;
  sampler: NegativeSampler;
  /** What the sampler draws by, for the label: "uniform", "popularity^0.75". */
  law: string;
  seed: number;
}

/**
 * Candidates of a sampled evaluation: a row a user, the target first, then `count` different negatives that are neither the
 * target nor among the user's known items. Only for protocols that demand it: the label goes with every figure.
 */
export function sampleCandidates(
  targets: ArrayLike<number>,
  known: RaggedLists,
  { count, sampler, law, seed }: SampledOptions,
): { candidates: Int32Array; width: number; label: Candidates } {
  checkCount("sampleCandidates", "count", count);
  if (usersOf(known) !== targets.length)
    throw new HeedError(
      "users",
      `${targets.length} targets and ${usersOf(known)} histories`,
      "give both per user",
    );
  const width = 1 + count;
  const candidates = new Int32Array(targets.length * width);
  for (let user = 0; user < targets.length; user++) {
    const source = random(seed, "candidates", user);
    const excluded = new Set(known.values.subarray(known.offsets[user]!, known.offsets[user + 1]!));
    candidates[user * width] = targets[user]!;
    excluded.add(targets[user]!);
    for (let i = 1; i < width; i++) {
      const drawn = sampler(1, source, excluded)[0]!;
      candidates[user * width + i] = drawn;
      excluded.add(drawn);
    }
  }
  return { candidates, width, label: { kind: "sampled", count, law, seed } };
}

/**
 * Ranks of the first candidate of each row among its row, from the candidates' scores: 1 + better + half the ties, for
 * `atRank`. NaN is an error.
 */
export function sampledRanks(scores: ArrayLike<number>, width: number): Float64Array {
  checkCount("sampledRanks", "width", width, 2);
  if (scores.length % width !== 0)
    throw new HeedError(
      "metric",
      `sampledRanks: ${scores.length} scores in rows of ${width}`,
      "give whole rows",
    );
  return Float64Array.from({ length: scores.length / width }, (_, user) => {
    const mine = scores[user * width]!;
    let [better, ties] = [0, 0];
    for (let i = user * width; i < (user + 1) * width; i++) {
      if (scores[i]! > mine) better++;
      else if (scores[i] === mine) ties++;
      else if (!(scores[i]! < mine))
        throw new HeedError(
          "metric",
          `sampledRanks: scores[${i}] of row ${user} or its target is NaN`,
          "check the model",
        );
    }
    return 1 + better + (ties - 1) / 2;
  });
}
