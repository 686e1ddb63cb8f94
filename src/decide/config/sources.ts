import { z } from "zod";
import { nameSchema } from "../../events/event.js";
import { durationSchema } from "../duration.js";
import { oneOfTypes, strictObject } from "./object.js";

const common = {
  /** How many items to ask for. */
  limit: z.int().min(1).max(10_000).default(200),
  /** How much this source's order counts when the lists are fused by rank. */
  weight: z.number().positive().max(1000).default(1),
  /** After this long the source counts as failed. */
  timeout: durationSchema.default("100ms"),
};

/** Where candidates come from. */
export const sourceSchema = oneOfTypes(
  /** What most people like; `within` narrows it to the recent past. */
  strictObject({ type: z.literal("popular"), ...common, within: durationSchema.optional() }),
  /** The newest items. */
  strictObject({ type: z.literal("latest"), ...common }),
  /** Items that go with the last `recent` items of the user. */
  strictObject({ type: z.literal("item-to-item"), ...common, recent: z.int().min(1).max(200).default(20) }),
  /** The best of the whole catalogue by a trained model. */
  strictObject({ type: z.literal("model"), ...common, model: nameSchema.default("main") }),
  /** Nearest neighbours of the user's embedding. */
  strictObject({ type: z.literal("embedding"), ...common, model: nameSchema.default("main") }),
  /** Items whose text matches the query in the request's context. */
  strictObject({ type: z.literal("text"), ...common }),
  /** A function registered under a name at openHeed(). */
  strictObject({ type: z.literal("custom"), ...common, name: nameSchema }),
);

export type Source = z.infer<typeof sourceSchema>;

/** What a source is called in reports and reasons: its type, with its name when it is custom. */
export function sourceName(source: Source): string {
  return source.type === "custom" ? `custom:${source.name}` : source.type;
}
