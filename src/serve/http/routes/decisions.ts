import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import { nameSchema } from "../../../events/event.js";
import { route } from "../route.js";
import {
  contextSchema,
  cursor,
  filterSchema,
  limit,
  repeated,
  scoredItemSchema,
  slateSchema,
} from "../schemas.js";

const userParams = z.strictObject({ user: nameSchema });
const list = z.strictObject({ items: z.array(scoredItemSchema) });
const surface = nameSchema.default("home");

const filterText = z
  .string()
  .max(4000)
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({
        code: "custom",
        message: 'this is not a JSON object such as {"genre":["Crime","Drama"]}',
      });
      return z.NEVER;
    }
  })
  .pipe(filterSchema);

export const getRecommend = route({
  method: "GET",
  path: "/v1/recommend/{user}",
  summary: "What to show a user; logged as an impression whose slate is `request`",
  access: { scope: "decide", userToken: "own" },
  params: userParams,
  query: z.strictObject({
    surface,
    limit: limit(200, 10),
    exclude: repeated(1000).exactOptional(),
    filter: filterText.exactOptional(),
    cursor: cursor.exactOptional(),
  }),
  answer: slateSchema,
  refuses: [404],
  example: { params: { user: "ann" }, query: { limit: 2, exclude: ["casino"] } },
  subject: ({ params }) => params.user,
  handle: ({ params, query }, { heed, caller: { project } }) =>
    heed.recommend(params.user, { project, ...query }),
});

export const postRecommend = route({
  method: "POST",
  path: "/v1/recommend/{user}",
  summary: "What to show a user in a context, with long lists of exclusions and filters",
  access: { scope: "decide", userToken: "own" },
  params: userParams,
  body: z.strictObject({
    surface,
    limit: z.int().min(1).max(200).default(10),
    exclude: z.array(nameSchema).max(10_000).exactOptional(),
    filter: filterSchema.exactOptional(),
    context: contextSchema.exactOptional(),
    cursor: cursor.exactOptional(),
  }),
  answer: slateSchema,
  refuses: [404],
  example: {
    params: { user: "ann" },
    body: { limit: 2, filter: { year: [1995, 1979] }, context: { device: "tv" } },
  },
  subject: ({ params }) => params.user,
  handle: ({ params, body }, { heed, caller: { project } }) =>
    heed.recommend(params.user, { project, ...body }),
});

export const getRequest = route({
  method: "GET",
  path: "/v1/requests/{request}",
  summary: "The answer that was given to a request, as it was logged",
  access: { scope: "decide" },
  params: z.strictObject({ request: nameSchema }),
  answer: slateSchema,
  refuses: [404],
  example: { params: { request: "request-1" } },
  handle: async ({ params: { request } }, { heed, caller: { project } }) => {
    const slate = await heed.replay(request, { project });
    if (!slate)
      throw new HeedError(
        "unknown-request",
        `there is no request "${request}"`,
        "give the `request` of an answer of /v1/recommend",
      );
    return slate;
  },
});

export const getSimilar = route({
  method: "GET",
  path: "/v1/similar/{item}",
  summary: "Items like one",
  access: { scope: "decide", userToken: "any" },
  params: z.strictObject({ item: nameSchema }),
  query: z.strictObject({ limit: limit(200, 10) }),
  answer: z.strictObject({ item: z.string(), items: z.array(scoredItemSchema) }),
  refuses: [404],
  example: { params: { item: "heat" }, query: { limit: 3 } },
  handle: async ({ params: { item }, query }, { heed, caller: { project } }) => ({
    item,
    items: await heed.similar(item, { project, ...query }),
  }),
});

export const postRank = route({
  method: "POST",
  path: "/v1/rank",
  summary: "Order given items for a user, best first",
  access: { scope: "decide", userToken: "own" },
  body: z.strictObject({
    user: nameSchema,
    items: z.array(nameSchema).min(1).max(1000),
    context: contextSchema.exactOptional(),
  }),
  answer: z.strictObject({ user: z.string(), model: z.string(), items: z.array(scoredItemSchema) }),
  refuses: [404],
  example: { body: { user: "ann", items: ["casino", "heat", "alien"] } },
  subject: ({ body }) => body.user,
  handle: async ({ body: { user, items, ...options } }, { heed, caller: { project } }) => ({
    user,
    ...(await heed.rank(user, items, { project, ...options })),
  }),
});

export const getSearch = route({
  method: "GET",
  path: "/v1/search",
  summary: "Items whose text matches, best first",
  access: { scope: "decide", userToken: "own" },
  query: z.strictObject({
    q: z.string().trim().min(1).max(1000),
    limit: limit(200, 10),
    user: nameSchema.exactOptional(),
  }),
  answer: list,
  example: { query: { q: "heat", user: "ann" } },
  subject: ({ query }) => query.user,
  handle: async ({ query: { q, ...options } }, { heed, caller: { project } }) => ({
    items: await heed.search(q, { project, ...options }),
  }),
});

const listQuery = z.strictObject({ limit: limit(200, 10), category: nameSchema.exactOptional() });

export const getPopular = route({
  method: "GET",
  path: "/v1/popular",
  summary: "What most people like now",
  access: { scope: "decide", userToken: "any" },
  query: listQuery,
  answer: list,
  example: { query: { limit: 3 } },
  handle: async ({ query }, { heed, caller: { project } }) => ({
    items: await heed.popular({ project, ...query }),
  }),
});

export const getLatest = route({
  method: "GET",
  path: "/v1/latest",
  summary: "The newest items",
  access: { scope: "decide", userToken: "any" },
  query: listQuery,
  answer: list,
  example: { query: { limit: 3, category: "Crime" } },
  handle: async ({ query }, { heed, caller: { project } }) => ({
    items: await heed.latest({ project, ...query }),
  }),
});
