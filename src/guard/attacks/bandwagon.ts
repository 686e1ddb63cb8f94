import { type Attack, attackWith } from "./attack.js";

/** Fillers are popular items, the most frequent hundredth of all (Mobasher et al. 2007): what everybody can see. */
export const bandwagonAttack: Attack = (sequences, options) => {
  const counts = new Int32Array(sequences.size);
  for (const item of sequences.values) counts[item]!++;
  const byCount = Array.from({ length: sequences.size - 1 }, (_, i) => i + 1).sort(
    (a, b) => counts[b]! - counts[a]! || a - b,
  );
  const head = byCount.slice(0, Math.ceil(byCount.length / 100));
  return attackWith(sequences, options, "bandwagon", () => head);
};
