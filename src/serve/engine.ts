import { randomUUID } from "node:crypto";
import { HeedError, nearest } from "../core/errors.js";
import type { CountingModel } from "../models/index.js";
import type { EventStore, StoredEvent } from "../store/event-store.js";
import type { Catalogue } from "./catalogue.js";
import { countingScorer, type Scorer } from "./scorer.js";

export interface Recommendation {
  item: string;
  title: string;
  score: number;
  position: number;
  /** Deterministic answers: the item was certain to be shown here. */
  propensity: 1;
  reason: string;
}

export interface Slate {
  request: string;
  surface: string;
  model: string;
  items: Recommendation[];
}

/** One row of the comparison shown by the command line and the page. */
export interface ModelRow {
  model: string;
  validationNdcg: number;
  testHitRate: string;
  testNdcg: string;
  serving: boolean;
}

/** Everything the doors offer, in process. */
export interface Engine {
  store: EventStore;
  catalogue: Catalogue;
  status: { training: string; models: ModelRow[]; why: string };
  /** Puts another model in charge; requests under way finish with the old one. */
  promote(scorer: Scorer): Promise<void>;
  recommend(user: string, options: { surface: string; limit: number }): Promise<Slate>;
  /** What `recommend` would answer for a history of item ids; nobody was shown it, so nothing is logged. */
  choose(history: Int32Array, limit: number): Promise<Pick<Slate, "model" | "items">>;
  /** The id of an item in the catalogue; an unknown one is an error that names the nearest. */
  itemId(item: string): number;
  rank(
    user: string,
    items: readonly string[],
  ): Promise<{ model: string; items: { item: string; score: number }[] }>;
  similar(item: string, limit: number): { item: string; title: string; score: number }[];
  record(events: readonly StoredEvent[]): Promise<boolean[]>;
}

/** `explainer` gives reasons and similar items; `first` is the model in charge until another is promoted. */
export function createEngine(
  store: EventStore,
  catalogue: Catalogue,
  explainer: CountingModel,
  first: Scorer,
): Engine {
  let champion = first;
  // Nothing can be learned from no history: whoever has none gets what is popular, which is the explainer's answer then.
  const popular = countingScorer({ ...explainer, name: "popular" }, explainer.items);

  async function choose(history: Int32Array, limit: number): Promise<Pick<Slate, "model" | "items">> {
    const serving = history.length === 0 ? popular : champion;
    const scores = await serving.score(history);
    const items = topUnseen(scores, new Set(history), limit).map((id, i) => ({
      item: catalogue.items[id]!.item,
      title: catalogue.items[id]!.title,
      score: scores[id]!,
      position: i + 1,
      propensity: 1 as const,
      reason: reason(history, id, serving.model),
    }));
    return { model: serving.model, items };
  }

  function known(item: string): number {
    const id = catalogue.idOf(item);
    if (id !== undefined) return id;
    const near =
      item.length < 40 ? nearest(item, catalogue.items.map((entry) => entry.item).slice(1)) : undefined;
    throw new HeedError(
      "unknown-item",
      `there is no item "${item}"`,
      near ? `did you mean "${near}"?` : "use the id of an item in the catalogue",
    );
  }

  function reason(history: Int32Array, id: number, model: string): string {
    const because = explainer.reason(history, id);
    if (because > 0) return `because of ${catalogue.items[because]!.title}`;
    return history.length === 0 ? "popular with everyone" : `suggested by ${model}`;
  }

  return {
    store,
    catalogue,
    status: { training: "waiting", models: [], why: "" },
    async promote(scorer) {
      const previous = champion;
      champion = scorer;
      await previous.release();
    },
    choose,
    itemId: known,
    async recommend(user, { surface, limit }) {
      const { model, items } = await choose(catalogue.history(user), limit);
      const request = randomUUID();
      await store.append([
        {
          id: request,
          time: new Date().toISOString(),
          user,
          action: "impression",
          surface,
          slate: request,
          model,
          items: items.map(({ item, position, propensity }) => ({ item, position, propensity })),
        },
      ]);
      return { request, surface, model, items };
    },
    async rank(user, items) {
      const ids = items.map(known);
      const scores = await champion.score(catalogue.history(user));
      const ranked = items.map((item, i) => ({ item, score: scores[ids[i]!] ?? 0 }));
      return { model: champion.model, items: ranked.sort((a, b) => b.score - a.score) };
    },
    similar: (item, limit) =>
      explainer
        .similar(known(item), limit)
        .map(({ item: id, score }) => ({ ...catalogue.items[id]!, score })),
    async record(events) {
      const fresh = await store.append(events);
      events.forEach(({ user, item, action }, i) => {
        if (fresh[i] && item !== undefined && action !== "impression") catalogue.record(user, item);
      });
      return fresh;
    },
  };
}

/** The ids of the `limit` highest scores outside `seen`, best first, ties by lower id. */
export function topUnseen(scores: ArrayLike<number>, seen: ReadonlySet<number>, limit: number): number[] {
  const ids = Array.from({ length: scores.length - 1 }, (_, i) => i + 1).filter(
    (id) => !seen.has(id) && scores[id]! > -1e8,
  );
  return ids.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, limit);
}
