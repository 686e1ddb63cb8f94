import { createHash } from "node:crypto";
import type { FieldRow } from "../../bundles/index.js";
import type { HeedEvent } from "../../events/event.js";
import type { Recommendation, Slate } from "../heed.js";

/** By which model an answer was scored, on what, and what it said: enough to check it from the log alone. */
export interface Scoring {
  /** A name under `models` of the configuration, and the version that was in charge. */
  name: string;
  version: number;
  /** The latest log position that the history knew; 0 for an empty one. */
  position: number;
  /** `historyHash` of the items of the history. */
  history: string;
  /** What the model said of each shown item, before rules; null for one that it does not know. */
  scores: (number | null)[];
  /** The fields of each shown item, where the model reads fields. */
  rows?: FieldRow[];
}

/** A short fingerprint of a history of items. */
export function historyHash(items: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(items)).digest("hex").slice(0, 16);
}

/** What an impression keeps of the answer beside what every event has, so that the answer can be given again. */
interface Kept {
  scores: number[];
  reasons: string[];
  variant?: string;
  cursor?: string;
  /** Draws behind each estimated propensity; 0 where it is exact. */
  draws?: number[];
  scoring?: Scoring;
}

/** The event that logs an answer: what was shown, in which order, with which probability, by which model. */
export function impressionOf(
  project: string,
  user: string,
  slate: Slate,
  time: string,
  {
    draws,
    context,
    scoring,
  }: {
    draws: readonly number[];
    /** What the request said of its context; kept as it was. */
    context: Readonly<Record<string, unknown>>;
    scoring?: Scoring | undefined;
  },
): HeedEvent {
  const kept: Kept = {
    scores: slate.items.map(({ score }) => score),
    reasons: slate.items.map(({ reason }) => reason),
    ...(slate.variant !== undefined && { variant: slate.variant }),
    ...(slate.cursor !== undefined && { cursor: slate.cursor }),
    ...(draws.some((count) => count > 0) && { draws: [...draws] }),
    ...(scoring && { scoring }),
  };
  return {
    id: slate.request,
    project,
    time,
    received: time,
    user,
    action: "impression",
    surface: slate.surface,
    slate: slate.request,
    model: slate.model,
    items: slate.items.map(({ item, position, propensity }) => ({ item, position, propensity })),
    context: { ...context, heed: kept } as unknown as NonNullable<HeedEvent["context"]>,
  };
}

/** How a logged answer was scored; null where no model scored it. */
export function scoringOf(event: HeedEvent): Scoring | null {
  return (event.context?.heed as Kept | undefined)?.scoring ?? null;
}

/** The answer that an impression logged; null for one that Heed did not log itself. */
export function slateOf(event: HeedEvent, titleOf: (item: string) => string | undefined): Slate | null {
  const kept = event.context?.heed as Kept | undefined;
  if (!kept || !event.items || !event.slate) return null;
  return {
    request: event.slate,
    surface: event.surface ?? "home",
    model: event.model ?? "unknown",
    ...(kept.variant !== undefined && { variant: kept.variant }),
    items: event.items.map((shown, i): Recommendation => {
      const title = titleOf(shown.item);
      return {
        ...shown,
        score: kept.scores[i] ?? 0,
        reason: kept.reasons[i] ?? "",
        ...(title !== undefined && { title }),
      };
    }),
    ...(kept.cursor !== undefined && { cursor: kept.cursor }),
  };
}
