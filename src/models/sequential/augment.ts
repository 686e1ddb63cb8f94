import { type Random, shuffle } from "../../core/random.js";

/** A run of `share` of the items (one at least), from a place drawn at random. */
export function crop(ids: Int32Array, share: number, source: Random): Int32Array {
  const { start, end } = segment(ids.length, share, source);
  return ids.slice(start, end);
}

/** `share` of the items, drawn at random, replaced by `mask`; the others stay. */
export function maskItems(ids: Int32Array, share: number, mask: number, source: Random): Int32Array {
  const places = Int32Array.from(ids, (_, i) => i);
  shuffle(places, source);
  const masked = ids.slice();
  for (const place of places.subarray(0, Math.floor(share * ids.length))) masked[place] = mask;
  return masked;
}

/** The items with a run of `share` of them, from a place drawn at random, shuffled. */
export function reorder(ids: Int32Array, share: number, source: Random): Int32Array {
  const { start, end } = segment(ids.length, share, source);
  const reordered = ids.slice();
  shuffle(reordered.subarray(start, end), source);
  return reordered;
}

function segment(length: number, share: number, source: Random): { start: number; end: number } {
  if (length === 0) return { start: 0, end: 0 };
  const size = Math.min(length, Math.max(1, Math.floor(share * length)));
  const start = source.integer(length - size + 1);
  return { start, end: start + size };
}
