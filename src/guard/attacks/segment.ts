import { fitItemKnn } from "../../models/index.js";
import { type Attack, attackWith } from "./attack.js";

const neighbours = 50;

/**
 * Fillers are what the target's own audience has (Mobasher et al. 2007): its 50 nearest items by the cosine of item
 * columns. Needs the logs, or a shop that shows similar items.
 */
export const segmentAttack: Attack = (sequences, options) => {
  const model = fitItemKnn(sequences, { neighbours });
  return attackWith(sequences, options, "segment", (target) =>
    model.similar(target, neighbours).map(({ item }) => item),
  );
};
