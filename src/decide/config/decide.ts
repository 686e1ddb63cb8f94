import { z } from "zod";
import { nameSchema } from "../../events/event.js";
import { durationSchema } from "../duration.js";
import { conditionSchema } from "../rules/condition.js";
import { oneOfTypes, strictObject } from "./object.js";

const position = z.int().min(1).max(1000);
const share = z.number().min(0).max(1);

const posteriorSchema = oneOfTypes(
  /** Rewards of 0 or 1. The prior is Beta with this mean, worth `strength` showings; mean 0.5, strength 2 is uniform. */
  strictObject({
    type: z.literal("beta"),
    mean: z.union([z.number().gt(0).lt(1), z.literal("score")]).default(0.5),
    strength: z.number().positive().default(2),
  }),
  /** Rewards of any size, with a known variance `noise` of one reward around the item's mean. */
  strictObject({
    type: z.literal("gaussian"),
    mean: z.union([z.number(), z.literal("score")]).default(0),
    variance: z.number().positive().default(1),
    noise: z.number().positive().default(1),
  }),
);

export const policySchema = oneOfTypes(
  /** The best first. */
  strictObject({ type: z.literal("greedy") }),
  /** Any eligible candidate, all alike. */
  strictObject({ type: z.literal("uniform") }),
  /** With probability epsilon a uniform pick: for each position anew, or once for the whole slate. */
  strictObject({
    type: z.literal("epsilon-greedy"),
    epsilon: share.default(0.1),
    unit: z.enum(["position", "slate"]).default("position"),
  }),
  /** Each position by softmax(score / temperature) over what is left: a Plackett-Luce ranking. */
  strictObject({ type: z.literal("softmax"), temperature: z.number().min(1e-6).default(1) }),
  /**
   * Each position to the best of one draw from every contender's posterior; the `pool` most promising contend. `draws`
   * estimate the propensity: several times the pool, and the time it takes grows with pool x draws.
   */
  strictObject({
    type: z.literal("thompson"),
    posterior: posteriorSchema.prefault({ type: "beta" }),
    pool: z.int().min(1).max(1000).default(50),
    draws: z.int().min(2).max(100_000).default(1000),
  }),
);

const boostSchema = strictObject({
  name: nameSchema.optional(),
  when: conditionSchema,
  multiply: z.number().positive().optional(),
  add: z.number().optional(),
}).refine(({ multiply, add }) => (multiply === undefined) !== (add === undefined), {
  error: "give exactly one of multiply, add",
});

const quotaSchema = strictObject({
  name: nameSchema.optional(),
  /** What counts: items that satisfy a condition, */
  when: conditionSchema.optional(),
  /** or, for each value of an attribute by itself, the items that have it. */
  each: nameSchema.optional(),
  /** The quota holds for the first so many positions. */
  first: position,
  atMost: z.int().min(0).optional(),
  atLeast: z.int().min(1).optional(),
}).superRefine(({ when, each, first, atMost, atLeast }, context) => {
  if ((when === undefined) === (each === undefined)) context.addIssue("give exactly one of when, each");
  if (atMost === undefined && atLeast === undefined) context.addIssue("give at least one of atMost, atLeast");
  if (each !== undefined && atLeast !== undefined)
    context.addIssue('"each" goes with atMost only; name the condition with "when" for atLeast');
  if (atLeast !== undefined && atLeast > first)
    context.addIssue(`atLeast ${atLeast} does not fit into the first ${first} positions`);
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
    context.addIssue(`atLeast ${atLeast} is more than atMost ${atMost}`);
});

const seenSchema = strictObject({
  /** Hide an item the user did one of these to, */
  actions: z.array(nameSchema).min(1),
  /** within this time (for ever when absent), */
  within: durationSchema.optional(),
  /** at least so many times. */
  times: z.int().min(1).default(1),
});

export const rulesSchema = strictObject({
  /** Conditions that every shown item satisfies. */
  filters: z.array(conditionSchema).default([]),
  /** Items that are never shown. */
  exclude: z.array(nameSchema).default([]),
  /** An empty list shows items again and again. */
  seen: z
    .array(seenSchema)
    .default([{ actions: ["view", "purchase", "rate", "like", "dislike", "skip"], times: 1 }]),
  /** Applied to the scores in this order. */
  boosts: z.array(boostSchema).default([]),
  quotas: z.array(quotaSchema).default([]),
  /** Items with a place of their own. They obey filters, exclusions and already-seen like any other. */
  pins: z
    .array(strictObject({ item: nameSchema, position }))
    .default([])
    .superRefine((pins, context) => {
      for (const key of ["item", "position"] as const) {
        const values = pins.map((pin) => pin[key]);
        const twice = values.find((value, i) => values.indexOf(value) < i);
        if (twice !== undefined) context.addIssue(`${key} ${JSON.stringify(twice)} is pinned twice`);
      }
    }),
});

export const decideSchema = strictObject({
  policy: policySchema.prefault({ type: "greedy" }),
  /** The budget: outside it the policy picks the best. */
  explore: strictObject({
    /** The share of requests that may explore. */
    traffic: share.default(1),
    /** The positions where they may. */
    from: position.default(1),
    to: position.default(1000),
  })
    .refine(({ from, to }) => from <= to, { error: "from lies after to" })
    .prefault({}),
  /** Maximal marginal relevance: `lambda` 1 is relevance alone, 0 is difference alone. */
  diversity: strictObject({
    lambda: share.default(1),
    /** An attribute (items are alike as far as they share its values), or a function registered at openHeed(). */
    similarity: oneOfTypes(
      strictObject({ type: z.literal("attribute"), attribute: nameSchema.default("categories") }),
      strictObject({ type: z.literal("custom"), name: nameSchema }),
    ).prefault({ type: "attribute" }),
  }).prefault({}),
  rules: rulesSchema.prefault({}),
});

export type DecideConfig = z.infer<typeof decideSchema>;
export type PolicyConfig = z.infer<typeof policySchema>;
export type Posterior = z.infer<typeof posteriorSchema>;
export type Rules = z.infer<typeof rulesSchema>;
