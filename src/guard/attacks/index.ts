import { HeedError, nearest } from "../../core/errors.js";
import type { Attack } from "./attack.js";
import { bandwagonAttack } from "./bandwagon.js";
import { randomAttack } from "./random.js";
import { replayAttack } from "./replay.js";
import { segmentAttack } from "./segment.js";

export { type Attack, type Attackers, type AttackOptions, drawTargets, inject } from "./attack.js";
export { bandwagonAttack, randomAttack, replayAttack, segmentAttack };

/** Every attack by name. A new one is its file and its place in this list. */
export const attacks = {
  random: randomAttack,
  bandwagon: bandwagonAttack,
  segment: segmentAttack,
  replay: replayAttack,
} as const satisfies Record<string, Attack>;

/** Attacks that the publication of LoRec tests and Heed has not. */
const absent: readonly string[] = ["dp", "rev"];

/** The attack of a name. Errors: "unknown" with the nearest name, and with what is missing for DP and Rev. */
export function attackNamed(name: string): Attack {
  const known = Object.keys(attacks);
  if (known.includes(name)) return attacks[name as keyof typeof attacks];
  if (absent.includes(name.toLowerCase())) {
    throw new HeedError(
      "unknown",
      `the attack "${name}" is not there: it optimises accounts against a surrogate model, and the publication does not give its equations`,
      'write it as an Attack of your own, or use "replay" or "segment", the strongest that need no surrogate',
    );
  }
  const near = nearest(name, known);
  throw new HeedError(
    "unknown",
    `there is no attack "${name}"`,
    near ? `did you mean "${near}"?` : `attacks are ${known.join(", ")}`,
  );
}
