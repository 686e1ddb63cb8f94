import { type BundleDescription, saveBundle } from "../../bundles/index.js";
import type { CountingModel } from "../../models/index.js";

/** Neighbours kept of each item. */
const kept = 100;

/**
 * Saves a model that was fitted by counting: its nearest items with their similarities, and how often each item was
 * chosen. Ids are kept as float32, which is exact up to 2^24 items.
 */
export async function saveCounting(
  folder: string,
  model: CountingModel,
  description: Omit<Extract<BundleDescription, { kind: "counting" }>, "kind">,
  items: readonly string[],
): Promise<void> {
  const rows = items.length;
  const neighbours = Array.from({ length: rows }, (_, item) => (item === 0 ? [] : model.similar(item, kept)));
  const dim = Math.max(1, ...neighbours.map(({ length }) => length));
  const ids = new Float32Array(rows * dim);
  const similarities = new Float32Array(rows * dim);
  neighbours.forEach((list, item) => {
    list.forEach((entry, k) => {
      ids[item * dim + k] = entry.item;
      similarities[item * dim + k] = entry.score;
    });
  });
  const popularity = new Float64Array(rows);
  model.score(new Int32Array(0), popularity);
  const counts = Float32Array.from(popularity, (count) => (Number.isFinite(count) ? count : 0));
  const table = (name: string, width: number, values: Float32Array) => ({
    name,
    ids: "item",
    rows,
    dim: width,
    values: [values],
  });
  await saveBundle(folder, {
    description: { ...description, kind: "counting" },
    vocabularies: { item: items.slice(1) },
    tables: [
      table("neighbours", dim, ids),
      table("similarities", dim, similarities),
      table("popularity", 1, counts),
    ],
  });
}
