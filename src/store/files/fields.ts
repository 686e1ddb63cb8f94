/** What a file holds one row of. */
export type RowKind = "events" | "items" | "users";

/** How a field is written: "names" is a list of names, "shown" the items of an impression, "json" any JSON object. */
export type FieldType = "name" | "text" | "time" | "number" | "boolean" | "names" | "shown" | "json";

export interface Field {
  type: FieldType;
  /** The column of a Parquet file. */
  parquet: string;
  /** Rows without it are refused. */
  needed?: true;
}

const name: Field = { type: "name", parquet: "VARCHAR" };
const text: Field = { type: "text", parquet: "VARCHAR" };
// As text: whatever JSON it is comes back as it was.
const json: Field = { type: "json", parquet: "VARCHAR" };

/** The fields of each kind, in the order of a file's columns. */
export const fieldsOf: Readonly<Record<RowKind, Readonly<Record<string, Field>>>> = {
  events: {
    id: name,
    time: { type: "time", parquet: "TIMESTAMPTZ" },
    user: { ...name, needed: true },
    session: name,
    action: { ...name, needed: true },
    item: name,
    surface: name,
    slate: name,
    query: text,
    value: { type: "number", parquet: "DOUBLE" },
    model: name,
    items: { type: "shown", parquet: "STRUCT(item VARCHAR, position BIGINT, propensity DOUBLE)[]" },
    context: json,
  },
  items: {
    item: { ...name, needed: true },
    title: text,
    categories: { type: "names", parquet: "VARCHAR[]" },
    hidden: { type: "boolean", parquet: "BOOLEAN" },
    // As text: an item's time keeps the zone it was given in.
    time: { type: "time", parquet: "VARCHAR" },
    attributes: json,
  },
  users: { user: { ...name, needed: true }, attributes: json },
};
