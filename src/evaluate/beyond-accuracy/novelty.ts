import { HeedError } from "../../core/errors.js";
import { meanOfDefined } from "../mean.js";
import { checkLists, type RaggedLists } from "../ranking/ragged-lists.js";

function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i]! >= 0)) {
      throw new HeedError(
        "metric",
        `novelty: counts[${i}] is ${counts[i]}`,
        "counts of training rows start at 0",
      );
    }
    total += counts[i]!;
  }
  if (total === 0)
    throw new HeedError("metric", "novelty: no item was seen in training", "give training counts");
  return total;
}

export interface NoveltyOptions {
  /**
   * What becomes of items without a training row: "smooth" gives them the probability 1 / (rows + items), "drop" leaves
   * their places out of the mean. The default is "smooth".
   */
  unseen?: "smooth" | "drop";
}

/** Bits of surprise of each item: -log2 of its share of the training rows; NaN for an unseen item that is dropped. */
export function itemNovelty(
  counts: ArrayLike<number>,
  { unseen = "smooth" }: NoveltyOptions = {},
): Float64Array {
  const rows = totalOf(counts);
  return Float64Array.from(counts, (count) => {
    if (count > 0) return -Math.log2(count / rows);
    return unseen === "drop" ? Number.NaN : Math.log2(rows + counts.length);
  });
}

/** Mean item novelty over all places of all lists; `dropped` counts the places left out. */
export function novelty(
  lists: RaggedLists,
  counts: ArrayLike<number>,
  options?: NoveltyOptions,
): { mean: number; dropped: number } {
  checkLists("lists", lists, counts.length);
  const ofItem = itemNovelty(counts, options);
  const places = Float64Array.from(lists.values, (item) => ofItem[item]!);
  const { mean, n } = meanOfDefined(places);
  return { mean, dropped: places.length - n };
}
