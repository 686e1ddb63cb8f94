import { HeedError } from "../../core/errors.js";
import { type FetchSource, milliseconds, type Source, type SourceItem } from "../../decide/index.js";
import type { Attribute } from "../heed.js";
import type { Catalogue } from "./catalogue.js";
import type { CatalogueScores } from "./catalogue-scores.js";
import type { Likeness } from "./likeness.js";
import type { ServedModel } from "./models.js";

/** What a custom source is told; it answers with items, best first. */
export interface SourceRequest {
  project: string;
  user: string;
  /** Items of the user's history, oldest first. */
  history: readonly string[];
  context: Readonly<Record<string, unknown>>;
  limit: number;
  signal: AbortSignal;
}

/** A source of candidates that is registered by name at openHeed(). */
export type CustomSource = (request: SourceRequest) => Promise<readonly SourceItem[]>;

/** What the sources of one request can draw on. */
export interface SourceContext {
  project: string;
  user: string;
  history: readonly string[];
  context: Readonly<Record<string, unknown>>;
  attributes: Readonly<Record<string, Attribute>>;
  catalogue: Catalogue;
  mayShow(item: string): boolean;
  /** The same of the item at a place of a model's list. */
  mayShowAt(list: readonly string[], place: number): boolean;
  popular(within?: number): Promise<readonly SourceItem[]>;
  /** What goes with a past; null when nothing is known of that. */
  likeness<T>(work: (likeness: Likeness) => T): Promise<T | null>;
  search(query: string, limit: number): Promise<readonly SourceItem[]>;
  /** The scores of the whole catalogue by a model, null where the history says nothing to it; or null when none is in charge. */
  scoreAll(model: string): Promise<{ model: ServedModel; scores: CatalogueScores | null } | null>;
  custom: Readonly<Record<string, CustomSource>>;
}

/** Asks a source on behalf of one request. What it gives may be shown. */
export function fetchSource(context: SourceContext): FetchSource {
  return async (source, signal) => {
    const { limit } = source;
    switch (source.type) {
      case "popular": {
        const within = source.within === undefined ? undefined : milliseconds(source.within);
        return showable(await context.popular(within), context, limit);
      }
      case "latest":
        return showable(
          context.catalogue.latest().map((item) => ({ item })),
          context,
          limit,
        );
      case "item-to-item":
        return alike(context, source.recent, limit);
      case "model":
        return bestOfCatalogue(context, source.model, limit);
      case "embedding":
        return nearestByVector(context, source.model, limit);
      case "text": {
        const { query } = context.context;
        if (typeof query !== "string" || query.trim() === "") return [];
        return showable(await context.search(query, limit), context, limit);
      }
      case "custom":
        return showable(await askCustom(context, source, signal()), context, limit);
    }
  };
}

function showable(
  items: readonly SourceItem[],
  { mayShow }: SourceContext,
  limit: number,
): readonly SourceItem[] {
  const chosen: SourceItem[] = [];
  for (const entry of items) {
    if (chosen.length === limit) break;
    if (mayShow(entry.item)) chosen.push(entry);
  }
  return chosen;
}

/** Items that go with the latest of the history: similarities added up, the strongest link is the reason. */
async function alike(context: SourceContext, recent: number, limit: number): Promise<SourceItem[]> {
  const past = context.history.slice(-recent);
  const found = await context.likeness((likeness) => likeness.alike(past, limit, context.mayShowAt));
  return (found ?? []).map(({ item, score, because }) => ({
    item,
    score,
    reason: reasonOf(context, because),
  }));
}

export function reasonOf({ catalogue }: Pick<SourceContext, "catalogue">, item: string): string {
  return `because of ${catalogue.facts(item).title ?? item}`;
}

async function bestOfCatalogue(context: SourceContext, name: string, limit: number): Promise<SourceItem[]> {
  const answer = await context.scoreAll(name);
  if (!answer?.scores) return [];
  const { model, scores } = answer;
  // Mostly it is the past that may not be shown again.
  const spare = context.history.length;
  const best = await scores.best(limit, spare, (id) => context.mayShowAt(model.items, id));
  const reason = model.reason !== undefined && { reason: model.reason };
  return Array.from(best, (id) => ({
    item: model.items[id]!,
    score: scores.at(id),
    facts: context.catalogue.factsAt(model.items, id),
    ...reason,
  }));
}

/** The same of a model that has vectors; another one is an error, which the surface's other sources make up for. */
async function nearestByVector(context: SourceContext, name: string, limit: number): Promise<SourceItem[]> {
  const answer = await context.scoreAll(name);
  if (answer && !answer.model.retrieval)
    throw new HeedError(
      "source-unavailable",
      `the source "embedding" asks the model "${name}", and ${answer.model.name} has no vectors`,
      'use { type: "model" }, or train a model of sequences',
    );
  return bestOfCatalogue(context, name, limit);
}

function askCustom(
  context: SourceContext,
  source: Extract<Source, { type: "custom" }>,
  signal: AbortSignal,
): Promise<readonly SourceItem[]> {
  const { project, user, history, limit } = { ...context, limit: source.limit };
  return context.custom[source.name]!({ project, user, history, context: context.context, limit, signal });
}
