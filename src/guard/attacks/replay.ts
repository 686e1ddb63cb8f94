import { row, rowsOf } from "../../data/index.js";
import { type Attack, attackersFor, drawDistinct, leastLength } from "./attack.js";

/**
 * Each attacker repeats what one genuine user did, in their order, with the target put in. Needs the logs and no model;
 * fillers, their popularity and their order are those of genuine people, so that only the target gives it away.
 * A user with too few different items to imitate is lengthened with items drawn from all.
 */
export const replayAttack: Attack = (sequences, options) =>
  attackersFor(sequences, options, "replay", (_, length, source, targets) => {
    const imitated = row(sequences, source.integer(rowsOf(sequences)));
    const fillers = [...new Set(imitated)].filter((item) => !targets.has(item));
    const missing = Math.max(0, leastLength - 2 - fillers.length);
    if (missing === 0) return fillers.slice(-length);
    const known = new Set([...targets, ...fillers]);
    const others = Array.from({ length: sequences.size - 1 }, (__, i) => i + 1).filter(
      (item) => !known.has(item),
    );
    return [...fillers, ...drawDistinct(others, missing, source)];
  });
