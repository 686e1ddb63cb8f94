import { HeedError } from "../../core/errors.js";

/** Where every account's state starts. */
export const initialState = 3;

/** One pass of iterative weight compensation. */
export interface Compensation {
  states: Float64Array;
  /** Accounts that were scored above the mean. */
  flagged: Int32Array;
  /** True where so many were flagged that the scores are not trusted; the states are then as before. */
  postponed: boolean;
}

/**
 * Moves the states of accounts by their fraud scores (LoRec, arXiv:2401.17723): those above the mean lose 1, and what
 * they lose is shared by all others, so that the sum stays and whoever is flagged less often than average recovers. When
 * a third or more is above the mean, nothing moves.
 */
export function compensate(states: Float64Array, scores: ArrayLike<number>): Compensation {
  const users = states.length;
  if (scores.length !== users)
    throw new HeedError(
      "user-weights",
      `${scores.length} scores for ${users} states`,
      "give one score an account, in the order of the states",
    );
  let total = 0;
  for (let u = 0; u < users; u++) {
    if (!Number.isFinite(scores[u]))
      throw new HeedError(
        "user-weights",
        `the score of account ${u} is ${scores[u]}`,
        "check the calibrator",
      );
    total += scores[u]!;
  }
  const mean = total / users;
  const flagged = Int32Array.from(states.keys()).filter((u) => scores[u]! > mean);
  if (flagged.length >= users / 3) return { states, flagged, postponed: true };
  const share = flagged.length / (users - flagged.length);
  const moved = states.map((state) => state + share);
  for (const u of flagged) moved[u] = states[u]! - 1;
  return { states: moved, flagged, postponed: false };
}

/**
 * The weight of an account in the training loss: sigmoid(state) / sigmoid(start), and 1 where that lies between 0.5 and 1,
 * so that nobody suffers from a few flags.
 */
export function weightOf(state: number, start = initialState): number {
  const ratio = (1 + Math.exp(-start)) / (1 + Math.exp(-state));
  return ratio > 0.5 && ratio < 1 ? 1 : ratio;
}
