import { checkLists, type RaggedLists } from "../ranking/ragged-lists.js";

/** How often each item 0..items-1 occurs in all lists: its popularity in training rows, or its exposure in recommendations. */
export function itemCounts(lists: RaggedLists, items: number): Int32Array {
  checkLists("lists", lists, items);
  const counts = new Int32Array(items);
  for (let i = 0; i < lists.values.length; i++) counts[lists.values[i]!]!++;
  return counts;
}
