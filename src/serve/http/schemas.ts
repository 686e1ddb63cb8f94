import { z } from "zod";
import { incomingEventSchema, nameSchema, shownItemSchema } from "../../events/event.js";
import type { Item, ScoredItem, Slate, User } from "../heed.js";

/** Schemas with a name: the document lists each once, under components. */
export const named = z.registry<{ id: string }>();

const scalar = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]);
const attribute = z.union([scalar, z.array(z.string().max(1000)).max(1000)]);
const attributes = z.record(z.string().min(1).max(256), attribute);
const time = z.iso.datetime({ offset: true });

export const itemSchema = z.strictObject({
  item: nameSchema,
  title: z.string().max(1000).optional(),
  categories: z.array(nameSchema).max(100).optional(),
  hidden: z.boolean().optional(),
  time: time.optional(),
  attributes: attributes.optional(),
}) satisfies z.ZodType<Item>;

export const userSchema = z.strictObject({
  user: nameSchema,
  attributes: attributes.optional(),
}) satisfies z.ZodType<User>;

export const scoredItemSchema = z.strictObject({
  item: z.string(),
  score: z.number(),
  title: z.string().optional(),
}) satisfies z.ZodType<ScoredItem>;

export const slateSchema = z.strictObject({
  request: z.string(),
  surface: z.string(),
  model: z.string(),
  variant: z.string().optional(),
  items: z.array(
    shownItemSchema.extend({ score: z.number(), reason: z.string(), title: z.string().optional() }),
  ),
  cursor: z.string().optional(),
}) satisfies z.ZodType<Slate>;

export const rejectionSchema = z.strictObject({
  index: z.int().min(0),
  path: z.string(),
  reason: z.string(),
  /** Line of the stream, from 1. */
  line: z.int().min(1).optional(),
});

export const recordResultSchema = z.strictObject({
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  rejected: z.array(rejectionSchema),
  /** How many rejections of a long stream are counted and not listed. */
  unlisted: z.int().min(1).optional(),
});

/** An event as it is kept: what was sent, and at least these. */
export const keptEventSchema = z.looseObject({ user: z.string(), action: z.string(), time: z.string() });
export type KeptEvent = z.infer<typeof keptEventSchema>;

export const errorSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  remedy: z.string(),
});

named.add(incomingEventSchema, { id: "Event" });
named.add(incomingEventSchema.shape.context.unwrap().valueType, { id: "Json" });
named.add(shownItemSchema, { id: "ShownItem" });
named.add(itemSchema, { id: "Item" });
named.add(userSchema, { id: "User" });
named.add(scoredItemSchema, { id: "ScoredItem" });
named.add(slateSchema, { id: "Slate" });
named.add(recordResultSchema, { id: "RecordResult" });
named.add(errorSchema, { id: "Error" });

/** How many to answer with; the query carries it as text. */
export function limit(most: number, usual: number) {
  return z.coerce.number().int().min(1).max(most).default(usual);
}

/** A query parameter that may be repeated: one value is a list too. */
export function repeated(most: number) {
  return z.preprocess(
    (value) => (typeof value === "string" ? [value] : value),
    z.array(nameSchema).max(most),
  );
}

export const cursor = z.string().min(1).max(4000);

/** A body of one, a bare list, or a list under a name; read as a list. */
export function oneOrMany<S extends z.ZodType>(name: string, schema: S, most: number) {
  const list = z.array(schema).min(1).max(most);
  return {
    body: z.preprocess((value) => listed(name, value), list),
    bodyDocument: z.union([schema, z.strictObject({ [name]: list }), list]),
  };
}

function listed(name: string, value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === name ? (value as Record<string, unknown>)[name] : [value];
}

/** Conditions on item attributes. */
export const filterSchema = z.record(
  z.string().min(1).max(256),
  z.union([scalar, z.array(scalar).min(1).max(1000)]),
);

export const contextSchema = z.record(z.string().max(256), z.json());
