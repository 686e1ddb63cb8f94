import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import { nameSchema } from "../../../events/event.js";
import { route } from "../route.js";
import { cursor, itemSchema, limit, oneOrMany } from "../schemas.js";

const params = z.strictObject({ item: nameSchema });

function unknownItem(item: string): HeedError {
  return new HeedError("unknown-item", `there is no item "${item}"`, "add it: PUT /v1/items");
}

export const putItems = route({
  method: "PUT",
  path: "/v1/items",
  summary: "Add items or replace them: one, a list, or { items: [...] }",
  access: { scope: "items:write" },
  ...oneOrMany("items", itemSchema, 10_000),
  answer: z.strictObject({ stored: z.int().min(0) }),
  example: {
    body: { items: [{ item: "heat", title: "Heat", categories: ["Crime"], attributes: { year: 1995 } }] },
  },
  handle: async ({ body }, { heed, caller: { project } }) => ({
    stored: await heed.putItems(body, { project }),
  }),
});

export const getItem = route({
  method: "GET",
  path: "/v1/items/{item}",
  summary: "One item",
  access: { scope: "items:read" },
  params,
  answer: itemSchema,
  refuses: [404],
  example: { params: { item: "heat" } },
  handle: async ({ params: { item } }, { heed, caller: { project } }) => {
    const found = await heed.getItem(item, { project });
    if (!found) throw unknownItem(item);
    return found;
  },
});

export const listItems = route({
  method: "GET",
  path: "/v1/items",
  summary: "Every item, a page at a time",
  access: { scope: "items:read" },
  query: z.strictObject({ limit: limit(1000, 100), cursor: cursor.exactOptional() }),
  answer: z.strictObject({ items: z.array(itemSchema), cursor: z.string().optional() }),
  example: { query: { limit: 2 } },
  handle: ({ query }, { heed, caller: { project } }) => heed.listItems({ project, ...query }),
});

export const deleteItem = route({
  method: "DELETE",
  path: "/v1/items/{item}",
  summary: "Remove an item",
  access: { scope: "items:write" },
  params,
  answer: z.strictObject({ deleted: z.literal(true) }),
  refuses: [404],
  example: { params: { item: "unreleased" } },
  handle: async ({ params: { item } }, { heed, caller: { project } }) => {
    if (!(await heed.deleteItem(item, { project }))) throw unknownItem(item);
    return { deleted: true as const };
  },
});
