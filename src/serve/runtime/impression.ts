import type { HeedEvent } from "../../events/event.js";
import type { Recommendation, Slate } from "../heed.js";

/** What an impression keeps of the answer beside what every event has, so that the answer can be given again. */
interface Kept {
  scores: number[];
  reasons: string[];
  variant?: string;
  cursor?: string;
  /** Draws behind each estimated propensity; 0 where it is exact. */
  draws?: number[];
}

/** The event that logs an answer: what was shown, in which order, with which probability, by which model. */
export function impressionOf(
  project: string,
  user: string,
  slate: Slate,
  time: string,
  draws: readonly number[],
): HeedEvent {
  const kept: Kept = {
    scores: slate.items.map(({ score }) => score),
    reasons: slate.items.map(({ reason }) => reason),
    ...(slate.variant !== undefined && { variant: slate.variant }),
    ...(slate.cursor !== undefined && { cursor: slate.cursor }),
    ...(draws.some((count) => count > 0) && { draws: [...draws] }),
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
    context: { heed: { ...kept } },
  };
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
