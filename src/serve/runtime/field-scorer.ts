import { type FieldRow, fieldEncoder } from "../../bundles/index.js";
import type { ItemFacts } from "../../decide/index.js";
import { type FieldSubject, fieldRow } from "./fields.js";
import type { ThreadedBundle } from "./threaded-bundle.js";

/** Scores items for somebody by a click model: one probability an item. `facts` are the items', in their order. */
export type FieldScorer = (
  subject: FieldSubject,
  items: readonly string[],
  facts: readonly ItemFacts[],
) => Promise<Float32Array>;

const nobody: FieldSubject = { user: "", attributes: {}, context: {} };

/**
 * Opens the scorer of a bundle. What a row says of the user and the request is encoded once a request; what it says of an
 * item once for as long as the catalogue holds the same facts of it.
 */
export function fieldScorer(bundle: ThreadedBundle, fields: readonly string[]): FieldScorer {
  const encode = fieldEncoder(fields, bundle.vocabularies);
  const ids = (row: FieldRow) => encode([row]).fields.data as Int32Array;
  const isOfItem = fields.map((field) => field === "item" || field.startsWith("item."));
  const itemFields = fields.filter((_, i) => isOfItem[i]);
  const otherFields = fields.filter((_, i) => !isOfItem[i]);
  const columns = fields.flatMap((_, i) => (isOfItem[i] ? [i] : []));
  const encoded = new WeakMap<ItemFacts, { item: string; ids: Int32Array }>();

  function itemIds(item: string, facts: ItemFacts): Int32Array {
    const known = encoded.get(facts);
    // Items of which nothing is known share their facts.
    if (known?.item === item) return known.ids;
    const made = { item, ids: ids(fieldRow(itemFields, nobody, item, facts)) };
    encoded.set(facts, made);
    return made.ids;
  }

  return async (subject, items, facts) => {
    const width = fields.length;
    const rest = ids(fieldRow(otherFields, subject, "", {}));
    const data = new Int32Array(items.length * width);
    items.forEach((item, i) => {
      const own = itemIds(item, facts[i]!);
      data.set(rest, i * width);
      for (const column of columns) data[i * width + column] = own[column]!;
    });
    const { probability } = await bundle.run({ fields: { data, shape: [items.length, width] } });
    return probability!.data as Float32Array;
  };
}
