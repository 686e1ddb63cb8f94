import { z } from "zod";
import { nameSchema } from "../../../events/event.js";
import { route } from "../route.js";
import { limit, named } from "../schemas.js";

const shown = {
  shown: z.int(),
  explored: z.int(),
  /** Shown items that an action followed within 24 hours, by action. */
  outcomes: z.record(z.string(), z.int()),
};
const moment = z.coerce.number().min(0).exactOptional();

const actionsSchema = z.strictObject({
  from: z.number(),
  to: z.number(),
  step: z.number(),
  first: z.number().nullable(),
  last: z.number().nullable(),
  actions: z.array(z.strictObject({ action: z.string(), count: z.int(), counts: z.array(z.int()) })),
});
named.add(actionsSchema, { id: "ActionsOverTime" });

export const actionsOverTime = route({
  method: "GET",
  path: "/v1/insight/actions",
  summary: "How often each action was done, in equal steps of time",
  access: { scope: "metrics:read" },
  query: z.strictObject({
    /** Milliseconds since 1970: `from <= time < to`; the whole log without them. */
    from: moment,
    to: moment,
    steps: limit(500, 100),
  }),
  answer: actionsSchema,
  example: { query: { steps: 10 } },
  handle: ({ query }, { heed, caller: { project } }) => heed.insight.actions({ project, ...query }),
});

const surfaceSchema = z.strictObject({
  name: z.string(),
  slates: z.int(),
  ...shown,
  pipeline: z.record(z.string(), z.unknown()),
});
named.add(surfaceSchema, { id: "SurfaceState" });

export const listSurfaces = route({
  method: "GET",
  path: "/v1/surfaces",
  summary: "The surfaces: their pipelines, what was shown there and what came of it",
  access: { scope: "metrics:read" },
  answer: z.strictObject({ surfaces: z.array(surfaceSchema) }),
  example: {},
  handle: async (_, { heed, caller: { project } }) => ({
    surfaces: await heed.insight.surfaces({ project }),
  }),
});

const exposureSchema = z.strictObject({
  ...shown,
  positions: z.array(z.strictObject({ position: z.int(), ...shown })),
});
named.add(exposureSchema, { id: "ItemExposure" });

export const itemExposure = route({
  method: "GET",
  path: "/v1/items/{item}/exposure",
  summary: "At which positions an item was shown, and what came of it",
  access: { scope: "metrics:read" },
  params: z.strictObject({ item: nameSchema }),
  answer: exposureSchema,
  example: { params: { item: "heat" } },
  handle: ({ params: { item } }, { heed, caller: { project } }) => heed.insight.exposure(item, { project }),
});

const coldSchema = z.strictObject({
  items: z.int(),
  neverShown: z.int(),
  coldBelow: z.int(),
  coldCount: z.int(),
  shown: z.int(),
  explored: z.int(),
  exploredCold: z.int(),
  cold: z.array(
    z.strictObject({
      item: z.string(),
      title: z.string().optional(),
      time: z.string().optional(),
      shown: z.int(),
      explored: z.int(),
    }),
  ),
});
named.add(coldSchema, { id: "ColdItems" });

export const coldItems = route({
  method: "GET",
  path: "/v1/insight/cold-items",
  summary: "Items that were hardly shown, and how much of what is left to chance goes to them",
  access: { scope: "metrics:read" },
  query: z.strictObject({ limit: limit(1000, 100) }),
  answer: coldSchema,
  example: { query: { limit: 5 } },
  handle: ({ query }, { heed, caller: { project } }) => heed.insight.coldItems({ project, ...query }),
});

const problemSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  count: z.int(),
  last: z.number(),
});
named.add(problemSchema, { id: "KnownProblem" });

export const listProblems = route({
  method: "GET",
  path: "/v1/insight/problems",
  summary: "What went wrong behind answers that were given all the same, with codes and remedies",
  access: { scope: "metrics:read" },
  answer: z.strictObject({ at: z.number(), problems: z.array(problemSchema) }),
  example: {},
  handle: async (_, { heed, caller: { project, kind }, rejections, now }) => {
    const problems = await heed.insight.problems({ project });
    const rejected = rejections.count(project);
    if (rejected > 0)
      problems.unshift({
        code: "rejected",
        message: `${rejected} events were rejected since the server started`,
        remedy: "their reasons, and what to mend, are listed under Events",
        count: rejected,
        last: rejections.list(project)[0]?.at ?? now(),
      });
    if (kind === "open")
      problems.push({
        code: "no-keys",
        message: "this server has no keys: every program on this machine may use it",
        remedy: "make one before others use it: heed keys create",
        count: 1,
        last: now(),
      });
    return { at: now(), problems };
  },
});
