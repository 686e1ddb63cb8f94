import { z } from "zod";
import { nameSchema } from "../../events/event.js";
import { durationSchema } from "../duration.js";
import { decideSchema } from "./decide.js";
import { oneOfTypes, strictObject } from "./object.js";
import { sourceSchema } from "./sources.js";

export const attributeTypes = ["string", "number", "boolean", "string[]", "time"] as const;

const entitySchema = strictObject({
  /** Attributes by name; without this key the entity is untyped and every attribute is taken as it comes. */
  attributes: z.record(nameSchema, z.enum(attributeTypes)).optional(),
});

/** How the best items of a model with user and item vectors are found. */
const retrievalSchema = strictObject({
  /** From this many items on an index is asked; below, every item is scored for every request. */
  approximateFrom: z.union([z.int().min(1), z.literal("never")]).default(200_000),
  /** Links of each item in the index. */
  connectivity: z.int().min(2).max(256).default(32),
  /** Candidates looked at when an item is put in, and in a search: more find more of the best, and take longer. */
  expansionAdd: z.int().min(1).max(10_000).default(256),
  expansionSearch: z.int().min(1).max(10_000).default(512),
  /** The share of requests whose search is compared with an exact one, after the answer. */
  compare: z.number().min(0).max(1).default(0.01),
});

const modelSchema = strictObject({
  /** A model of events by its name, or "best": of all candidates and the counted models, the one best on validation. */
  model: nameSchema,
  /** What "best" trains beside the counted models, from cheap to dear. */
  candidates: z.array(nameSchema).default(["sasrec"]),
  /** Options of the model that differ from its defaults; of "best", options by the name of the candidate. */
  options: z.record(z.string().max(256), z.json()).default({}),
  /** Time budget of a training in seconds, shared out among the candidates. */
  seconds: z.int().min(1).max(86_400).default(600),
  /** How often a challenger of the same configuration is trained. */
  retrain: z.union([durationSchema, z.literal("never")]).default("1d"),
  retrieval: retrievalSchema.prefault({}),
});

const scoreSchema = oneOfTypes(
  /** By a trained model. When it fails, the fused order of the sources serves. */
  strictObject({
    type: z.literal("model"),
    model: nameSchema.default("main"),
    timeout: durationSchema.default("100ms"),
  }),
  /** By the sources' own orders, fused by rank. */
  strictObject({ type: z.literal("fusion") }),
  /** By popularity alone. */
  strictObject({ type: z.literal("popular") }),
);

const variantSchema = strictObject({
  weight: z.number().positive().default(1),
  /** Merged into the surface (JSON Merge Patch); empty for the control. */
  override: z.record(z.string(), z.json()).default({}),
});

const experimentSchema = strictObject({
  /** Users are assigned by a hash of this and their id; a new salt draws new groups. The default is the name. */
  salt: nameSchema.optional(),
  variants: z.record(nameSchema, variantSchema).refine((variants) => Object.keys(variants).length >= 2, {
    error: "an experiment has at least two variants",
  }),
});

/** Where Heed decides: candidates, then a score, then a decision. */
export const surfaceSchema = strictObject({
  /** How many items are shown when the request does not say. */
  limit: z.int().min(1).max(200).default(10),
  candidates: z
    .array(sourceSchema)
    .min(1)
    .prefault([{ type: "model" }, { type: "item-to-item" }, { type: "popular" }]),
  score: scoreSchema.prefault({ type: "model" }),
  decide: decideSchema.prefault({}),
  /** Asked in this order when the candidates are too few or their sources fail. */
  fallbacks: z.array(sourceSchema).prefault([{ type: "popular" }, { type: "latest" }]),
  experiments: z.record(nameSchema, experimentSchema).default({}),
});

export const configSchema = strictObject({
  /** The seed of every random choice. */
  seed: z.int().min(0).max(0xffffffff).default(1),
  entities: strictObject({
    user: entitySchema.prefault({}),
    item: entitySchema.prefault({}),
    document: entitySchema.prefault({}),
    query: entitySchema.prefault({}),
    screen: entitySchema.prefault({}),
  }).prefault({}),
  /** Trained models, by the name that surfaces use; "main" is always there. */
  models: z.record(nameSchema, modelSchema).default({}),
  /** By name; "home" is always there. */
  surfaces: z.record(nameSchema, surfaceSchema).default({}),
});

/** What one writes: everything has a default. */
export type ConfigInput = z.input<typeof configSchema>;
/** What `defineConfig` gives: every default filled in. */
export type Config = z.output<typeof configSchema>;
export type Surface = z.output<typeof surfaceSchema>;
export type Experiment = z.output<typeof experimentSchema>;
export type AttributeType = (typeof attributeTypes)[number];
export type EntityName = keyof Config["entities"];
