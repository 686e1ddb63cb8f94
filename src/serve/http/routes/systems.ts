import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import { nameSchema } from "../../../events/event.js";
import { route } from "../route.js";
import { named } from "../schemas.js";

const figure = z.number().nullable();
const figureSchema = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  metric: z.string(),
  published: figure,
  measured: figure,
  /** The 95 % interval of `measured`. */
  low: figure,
  high: figure,
  baseline: figure,
  verdict: z.string(),
});
const head = {
  slug: z.string(),
  title: z.string(),
  state: z.enum(["passes", "fails", "needs-data", "not-run"]),
  date: z.string().nullable(),
  reason: z.string().nullable(),
};
const systemSchema = z.strictObject({ ...head, figures: z.array(figureSchema) });
named.add(systemSchema, { id: "System" });

// The experiments bring every model along: they are loaded when somebody asks for them.
const experiments = () => import("../../../experiments/index.js");

export const listSystems = route({
  method: "GET",
  path: "/v1/systems",
  summary: "The published systems and how the reproduction of each stands",
  access: { scope: "models:read" },
  answer: z.strictObject({
    systems: z.array(z.strictObject({ ...head, figures: z.int() })),
  }),
  example: {},
  handle: async () => {
    const { systemStates } = await experiments();
    return { systems: systemStates().map(({ figures, ...rest }) => ({ ...rest, figures: figures.length })) };
  },
});

export const getSystem = route({
  method: "GET",
  path: "/v1/systems/{slug}",
  summary: "One published system with its published, measured and baseline figures",
  access: { scope: "models:read" },
  params: z.strictObject({ slug: nameSchema }),
  answer: systemSchema,
  refuses: [404],
  example: { params: { slug: "outrank" } },
  handle: async ({ params: { slug } }) => {
    const { catalogue, stateOf } = await experiments();
    const system = catalogue.find((known) => known.slug === slug);
    if (!system)
      throw new HeedError(
        "unknown-system",
        `there is no system "${slug}"`,
        "GET /v1/systems lists all of them",
      );
    const { figures, ...rest } = stateOf(slug);
    return { ...system, ...rest, figures: [...figures] };
  },
});
