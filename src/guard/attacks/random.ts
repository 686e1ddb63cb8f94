import { type Attack, attackWith } from "./attack.js";

/** Fillers are drawn from all items alike (Lam & Riedl 2004). Needs no knowledge of the shop. */
export const randomAttack: Attack = (sequences, options) => {
  const all = Array.from({ length: sequences.size - 1 }, (_, i) => i + 1);
  return attackWith(sequences, options, "random", () => all);
};
