import type { FieldRow } from "../../bundles/index.js";
import { HeedError } from "../../core/errors.js";
import type { ItemFacts } from "../../decide/index.js";
import type { Attribute } from "../heed.js";

/** What a click model's field can be read from. */
export interface FieldSubject {
  user: string;
  attributes: Readonly<Record<string, Attribute>>;
  context: Readonly<Record<string, unknown>>;
}

/**
 * One row of raw field values for an item, by the names of the model's fields: `user`, `item`, `title`, `user.NAME` and
 * `item.NAME` for attributes, `context.NAME` for what the request says. The same function serves online and offline, so
 * that a model is asked in the form in which it was taught. A list counts by its first entry.
 */
export function fieldRow(
  fields: readonly string[],
  { user, attributes, context }: FieldSubject,
  item: string,
  facts: ItemFacts,
): FieldRow {
  const row: Record<string, string | number | boolean | null> = {};
  for (const field of fields) {
    const dot = field.indexOf(".");
    const name = field.slice(dot + 1);
    if (field === "user") row[field] = user;
    else if (field === "item") row[field] = item;
    else if (dot < 0) throw unreadable(field);
    else if (field.startsWith("user.")) row[field] = plain(attributes[name]);
    else if (field.startsWith("context.")) row[field] = plain(context[name]);
    else if (field === "item.category") row[field] = plain(facts.categories);
    else if (field.startsWith("item.")) row[field] = plain(facts.attributes?.[name]);
    else throw unreadable(field);
  }
  return row;
}

function plain(value: unknown): string | number | boolean | null {
  if (Array.isArray(value)) return plain(value[0]);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

function unreadable(field: string): HeedError {
  return new HeedError(
    "model-field",
    `the model reads a field "${field}", which no request has`,
    "name fields user, item, user.ATTRIBUTE, item.ATTRIBUTE, item.category or context.NAME when you train",
  );
}
