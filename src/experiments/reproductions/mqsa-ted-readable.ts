import { column, type Dataset, type SequenceColumn } from "../../data/index.js";
import { countTransitions, type Transitions } from "../../models/index.js";
import type { Trainer } from "../../train/index.js";
import type { Estimates } from "../training/figures.js";

/**
 * Whether the transitions can be read from MQSA-TED's item vectors: the share of the items with ten outgoing transitions or
 * more whose commonest follower is among the 20 items of the largest inner product with it.
 */
export function readableTransitions(length: number) {
  return async (trainer: Trainer, training: Dataset): Promise<Estimates> => {
    const sequences = column(training, "items") as SequenceColumn;
    const transitions = countTransitions(sequences, { length });
    const vectors = trainer.state.parameters.items!;
    const items = transitions.size - 1;
    const dim = vectors.length / items;
    let [judged, found] = [0, 0];
    for (let item = 1; item <= items; item++) {
      const follower = commonest(transitions, item);
      if (follower === null) continue;
      judged++;
      const score = (other: number) => {
        let sum = 0;
        for (let k = 0; k < dim; k++) sum += vectors[(item - 1) * dim + k]! * vectors[(other - 1) * dim + k]!;
        return sum;
      };
      const own = score(follower);
      let above = 0;
      for (let other = 1; other <= items && above < 20; other++) if (score(other) > own) above++;
      if (above < 20) found++;
    }
    // Too few people leave nobody to judge: then nothing is readable.
    return { "followers readable": { value: judged === 0 ? 0 : found / judged } };
  };
}

/** The commonest follower of an item with ten outgoing transitions or more; null for the others. */
function commonest({ offsets, followers, counts }: Transitions, item: number): number | null {
  let [best, total] = [offsets[item]!, 0];
  for (let at = offsets[item]!; at < offsets[item + 1]!; at++) {
    total += counts[at]!;
    if (counts[at]! > counts[best]!) best = at;
  }
  return total >= 10 ? followers[best]! : null;
}
