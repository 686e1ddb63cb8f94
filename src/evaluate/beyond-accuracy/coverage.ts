import { HeedError } from "../../core/errors.js";
import { checkLists, type RaggedLists } from "../ranking/ragged-lists.js";

function distinct(counts: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) found++;
  return found;
}

/** Distinct recommended items over distinct items of the training rows (`counts`: rows of each item). */
export function catalogCoverage(lists: RaggedLists, counts: ArrayLike<number>): number {
  checkLists("lists", lists, counts.length);
  const known = distinct(counts);
  if (known === 0)
    throw new HeedError("metric", "catalogCoverage: no item was seen in training", "give counts");
  return new Set(lists.values).size / known;
}

/** Distinct recommended items over all items there are (RecBole's ItemCoverage). */
export function itemCoverage(lists: RaggedLists, items: number): number {
  checkLists("lists", lists, items);
  return new Set(lists.values).size / items;
}

/** The share of users who got a list at all. */
export function userCoverage({ offsets }: RaggedLists): number {
  let served = 0;
  for (let i = 1; i < offsets.length; i++) if (offsets[i]! > offsets[i - 1]!) served++;
  return served / (offsets.length - 1);
}
