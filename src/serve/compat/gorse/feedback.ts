import { createHash } from "node:crypto";
import { z } from "zod";
import type { HeedEvent } from "../../../events/index.js";
import { gorseName, gorseTime, writeTime } from "./read.js";

export const gorseFeedback = z.object({
  FeedbackType: gorseName,
  UserId: gorseName,
  ItemId: gorseName,
  Value: z.number().nullish(),
  Timestamp: gorseTime.nullish(),
  Labels: z.unknown().optional(),
  Comment: z.string().nullish(),
});

type Feedback = z.output<typeof gorseFeedback>;

/** What an event's context keeps of feedback, beside what every event has. */
interface Kept {
  replaces?: true;
  Labels?: unknown;
  Comment?: string;
}

/**
 * Feedback as an event: its type is the action. The log keeps every one; what Gorse would have in its table is worked out on
 * reading, so an event says whether it `replaces` what came before. With a timestamp, the same feedback sent again is one.
 */
export function feedbackEvent(feedback: Feedback, replaces: boolean): object {
  const { FeedbackType: action, UserId: user, ItemId: item, Value, Timestamp, Labels, Comment } = feedback;
  const kept: Kept = {
    ...(replaces && { replaces }),
    ...(Labels != null && { Labels }),
    ...(typeof Comment === "string" && Comment !== "" && { Comment }),
  };
  const id = createHash("sha256").update(JSON.stringify([action, user, item, Timestamp, Value ?? 0, kept]));
  return {
    user,
    action,
    item,
    ...(Timestamp != null && { time: Timestamp, id: `gorse-${id.digest("hex")}` }),
    ...(Value != null && { value: Value }),
    ...(Object.keys(kept).length > 0 && { context: { gorse: kept } }),
  };
}

interface Row {
  FeedbackType: string;
  UserId: string;
  ItemId: string;
  Value: number;
  Timestamp: string;
  Updated: string;
  Labels: unknown;
  Comment: string;
}

/**
 * The rows that Gorse would have for events, oldest first: one for each type, user and item. Later feedback adds its value, or
 * replaces what was there if it was sent with PUT. Events of any origin that name an item count.
 */
export function feedbackRows(events: readonly object[]): object[] {
  const rows = new Map<string, Row>();
  for (const { user, item, action, time, value = 0, context } of events as readonly HeedEvent[]) {
    if (item === undefined) continue;
    const key = JSON.stringify([action, user, item]);
    const { replaces, Labels = null, Comment = "" } = (context?.gorse ?? {}) as Kept;
    const before = replaces ? undefined : rows.get(key);
    const times = [before?.Timestamp ?? time, before?.Updated ?? time, time].sort();
    rows.set(key, {
      FeedbackType: action,
      UserId: user,
      ItemId: item,
      Value: (before?.Value ?? 0) + value,
      Timestamp: times[0]!,
      Updated: times.at(-1)!,
      Labels,
      Comment,
    });
  }
  return [...rows.values()].map((row) => ({
    ...row,
    Timestamp: writeTime(row.Timestamp),
    Updated: writeTime(row.Updated),
  }));
}
