import { z } from "zod";
import { nameSchema } from "../../../events/event.js";
import { route } from "../route.js";

const interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number(), method: z.string() });

const modelSchema = z.strictObject({
  name: z.string(),
  recipe: z.string(),
  serving: z.strictObject({ model: z.string(), version: z.int(), created: z.string() }).nullable(),
  training: z.string(),
  compared: z.array(
    z.strictObject({
      model: z.string(),
      validation: interval,
      test: interval,
      testHitRate: interval,
      seconds: z.number().optional(),
      outOfTime: z.boolean().optional(),
      serving: z.boolean(),
    }),
  ),
  untried: z.array(z.strictObject({ model: z.string(), reason: z.literal("budget") })),
  why: z.string(),
  complete: z.boolean(),
  retrieval: z
    .strictObject({
      search: z.enum(["exact", "approximate"]),
      items: z.int(),
      ready: z.boolean(),
      compared: z.int(),
      recall: z.number().nullable(),
    })
    .nullable(),
  versions: z.array(
    z.strictObject({ version: z.int(), model: z.string(), created: z.string(), serving: z.boolean() }),
  ),
});

const params = z.strictObject({ name: nameSchema });

export const listModels = route({
  method: "GET",
  path: "/v1/models",
  summary: "The models: what serves and why, how they compared, what is being trained",
  access: { scope: "models:read" },
  answer: z.strictObject({ models: z.array(modelSchema) }),
  example: {},
  handle: async (_, { heed, caller: { project } }) => ({ models: await heed.models({ project }) }),
});

export const trainModel = route({
  method: "POST",
  path: "/v1/models/{name}/train",
  summary: "Begin to train a model on everything in the log; GET /v1/models tells how it goes",
  access: { scope: "models:write" },
  params,
  body: z.strictObject({
    simpleOnly: z.boolean().default(false),
    seconds: z.int().min(1).max(86_400).optional(),
  }),
  answer: z.strictObject({ name: z.string(), training: z.literal("started") }),
  refuses: [404, 409],
  example: { params: { name: "main" }, body: { simpleOnly: true } },
  handle: async ({ params: { name }, body: { simpleOnly, seconds } }, { heed, caller: { project } }) => {
    await heed.train(name, { project, simpleOnly, ...(seconds !== undefined && { seconds }) });
    return { name, training: "started" as const };
  },
});

export const rollbackModel = route({
  method: "POST",
  path: "/v1/models/{name}/rollback",
  summary: "Put the version that served before back in charge",
  access: { scope: "models:write" },
  params,
  answer: modelSchema,
  refuses: [404, 409],
  example: { params: { name: "main" } },
  handle: ({ params: { name } }, { heed, caller: { project } }) => heed.rollback(name, { project }),
});

export const promoteModel = route({
  method: "POST",
  path: "/v1/models/{name}/promote",
  summary: "Put a kept version in charge",
  access: { scope: "models:write" },
  params,
  body: z.strictObject({ version: z.int().min(1) }),
  answer: modelSchema,
  refuses: [404],
  example: { params: { name: "main" }, body: { version: 1 } },
  handle: ({ params: { name }, body: { version } }, { heed, caller: { project } }) =>
    heed.promote(name, version, { project }),
});
