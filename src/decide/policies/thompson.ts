import type { Random } from "../../core/random.js";
import { topScores } from "../top.js";
import type { Choice, Policy } from "./policy.js";
import type { Posterior } from "./posterior.js";

export interface ThompsonOptions {
  /** At most so many candidates contend for a position: those with the highest mean + 2 standard deviations. */
  pool: number;
  /** How many draws estimate a propensity. */
  draws: number;
}

/**
 * Thompson sampling (Thompson 1933; Chapelle and Li 2011): the position goes to the contender that is best under one draw
 * from every posterior. Each position draws anew, so that its probabilities depend on the items above only through who is
 * left and how unlike them they are.
 *
 * Such a probability has no closed form. It is estimated as the share of `draws` draws that the candidate wins, the
 * deciding draw among them: k / draws with k >= 1, never 0. The other draws are shared by all positions and independent of
 * what was picked; then E[1 / estimate] = (1 - (1 - p)^draws) / p, so weighting by the inverse is unbiased but for that
 * factor, which is 1 as long as draws is several times the pool.
 */
export function thompson(
  posteriors: readonly Posterior[],
  { pool, draws }: ThompsonOptions,
  estimating: Random,
): Policy {
  const others = draws - 1;
  /** For each candidate its estimating draws, made when first asked for. */
  const drawn: (Float64Array | undefined)[] = [];

  function drawOf(candidate: number, draw: number): number {
    drawn[candidate] ??= new Float64Array(others).fill(Number.NaN);
    const column = drawn[candidate];
    if (Number.isNaN(column[draw]!)) column[draw] = posteriors[candidate]!.draw(estimating);
    return column[draw]!;
  }

  let current: Choice | undefined;
  let contenders = new Int32Array();
  /** The most promising first. */
  function contendersOf(choice: Choice): Int32Array {
    if (choice !== current) {
      const { eligible, worth } = choice;
      const promise = Float64Array.from(eligible, (candidate) => {
        const { mean, deviation } = posteriors[candidate]!;
        return worth(candidate, mean + 2 * deviation);
      });
      contenders = topScores(promise, pool).map((i) => eligible[i]!);
      current = choice;
    }
    return contenders;
  }

  return {
    pick(choice, random) {
      const running = contendersOf(choice);
      let winner = running[0]!;
      let highest = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < running.length; i++) {
        const value = choice.worth(running[i]!, posteriors[running[i]!]!.draw(random));
        if (value > highest) {
          highest = value;
          winner = running[i]!;
        }
      }
      return winner;
    },
    propensity(choice, candidate, picked) {
      const running = contendersOf(choice);
      let won = picked ? 1 : 0;
      if (running.includes(candidate)) {
        for (let draw = 0; draw < others; draw++) {
          const mine = choice.worth(candidate, drawOf(candidate, draw));
          let beaten = false;
          for (let i = 0; i < running.length && !beaten; i++) {
            beaten = running[i] !== candidate && choice.worth(running[i]!, drawOf(running[i]!, draw)) > mine;
          }
          if (!beaten) won++;
        }
      }
      const total = picked ? draws : others;
      return { propensity: won / total, draws: total };
    },
  };
}
