import { randomUUID } from "node:crypto";
import { HeedError, nearest } from "../../core/errors.js";
import {
  type AssignedSurface,
  type Candidate,
  type Config,
  type DecisionRequest,
  decide,
  eligibility,
  type Gathered,
  gather,
  type ItemFacts,
  milliseconds,
  nextCursor,
  openExperiments,
  type Retrieved,
  readCursor,
  rescore,
  type Similarity,
  type Surface,
} from "../../decide/index.js";
import type { HistoryEntry, Store } from "../../store/index.js";
import type { Attribute, RecommendOptions, ScoredItem, Slate } from "../heed.js";
import type { Catalogue } from "./catalogue.js";
import type { CatalogueScores } from "./catalogue-scores.js";
import { fieldRow } from "./fields.js";
import { historyHash, impressionOf, type Scoring } from "./impression.js";
import type { Likeness } from "./likeness.js";
import type { ModelHost, ServedModel } from "./models.js";
import { type CustomSource, fetchSource, reasonOf, type SourceContext } from "./sources.js";

/** The parts of an open Heed that a recommendation is made of. */
export interface Parts {
  store: Store;
  config: Config;
  catalogue(project: string): Promise<Catalogue>;
  popular(project: string, within?: number): Promise<ScoredItem[]>;
  /** What goes with a past, or null where nothing is known of that. */
  likeness<T>(project: string, work: (likeness: Likeness) => T): Promise<T | null>;
  search(project: string, query: string, limit: number): Promise<ScoredItem[]>;
  models: ModelHost;
  /** Signs cursors. */
  secret: Uint8Array;
  now(): number;
  sources: Readonly<Record<string, CustomSource>>;
  similarities: Readonly<Record<string, Similarity>>;
  /** Told what went wrong behind an answer that was given all the same. */
  report(problem: Error): void;
}

/** Makes `recommend` over the parts: candidates, score, decision, and the impression that logs it. */
export function recommender(
  parts: Parts,
): (project: string, user: string, options: RecommendOptions) => Promise<Slate> {
  const { store, config, secret, now } = parts;
  const surfaces = new Map<string, (user: string) => AssignedSurface>();
  for (const [name, surface] of Object.entries(config.surfaces)) surfaces.set(name, openExperiments(surface));

  return async (project, user, options) => {
    const name = options.surface ?? "home";
    const assigned = surfaces.get(name);
    if (!assigned) throw unknownSurface(name, [...surfaces.keys()]);
    const person = await store.online.resolve(project, user);
    const { surface, variant } = assigned(person);
    const { rules } = surface.decide;
    const [past, [entity], catalogue] = await Promise.all([
      store.online.history(project, person),
      store.online.get(project, "user", [person]),
      parts.catalogue(project),
    ]);
    const scope = { project, surface: name, user: person };
    const page = options.cursor === undefined ? undefined : readCursor(scope, options.cursor, secret);
    const id = randomUUID();
    const { offset = 0 } = options;
    const request: DecisionRequest = {
      id,
      seed: config.seed,
      now: now(),
      limit: (options.limit ?? surface.limit) + offset,
      exclude: options.exclude,
      filter: options.filter as DecisionRequest["filter"],
      past,
      shown: page?.shown,
    };
    const allowed = eligibility(request, rules);
    const mayShow = (item: string) => allowed(item, catalogue.facts(item));
    const mayShowAt = (list: readonly string[], place: number) =>
      allowed(list[place]!, catalogue.factsAt(list, place));
    const history = itemsOf(past);
    const scored = catalogueScores(parts, project, history);
    const context: SourceContext = {
      project,
      user: person,
      history,
      context: options.context ?? {},
      attributes: (entity?.value.attributes ?? {}) as Readonly<Record<string, Attribute>>,
      catalogue,
      mayShow,
      mayShowAt,
      popular: (within) => parts.popular(project, within),
      likeness: (work) => parts.likeness(project, work),
      search: (query, limit) => parts.search(project, query, limit),
      scoreAll: scored,
      custom: parts.sources,
    };
    const gathered = await gather(surface, fetchSource(context), request.limit, mayShow);
    const facts = gathered.found.map((entry) => entry.facts ?? catalogue.facts(entry.item));
    const { found, model, by } = await score(parts, surface, gathered, facts, context);
    const candidates = await asCandidates(parts, surface, project, found, facts);
    const { similarity } = surface.decide.diversity;
    const decision = decide(
      request,
      candidates,
      surface.decide,
      similarity.type === "custom" ? parts.similarities[similarity.name] : undefined,
    );
    const shown = decision.items.slice(offset);
    const reasons = await explain(parts, project, context, shown);
    const cursor =
      decision.remaining > 0 && decision.items.length > 0
        ? nextCursor(
            scope,
            id,
            decision.items.map(({ item }) => item),
            secret,
            page,
          )
        : undefined;
    const slate: Slate = {
      request: id,
      surface: name,
      model,
      ...(variant !== undefined && { variant }),
      items: shown.map(({ item, position, propensity, score: value }, i) => {
        const { title } = catalogue.facts(item);
        const reason = reasons[i]!;
        return { item, position, propensity, score: value, reason, ...(title !== undefined && { title }) };
      }),
      ...(cursor !== undefined && { cursor }),
    };
    if (slate.items.length > 0) {
      const draws = shown.map((entry) => entry.draws ?? 0);
      const time = new Date(request.now).toISOString();
      const scoring = by && scoringFor(by, past, found, decision.items, context);
      const impression = impressionOf(project, user, slate, time, {
        draws,
        context: context.context,
        scoring,
      });
      // Not waited for: the log commits it within 100 ms. An answer whose exposure cannot be logged is still an answer.
      store.log.append([impression]).catch(parts.report);
    }
    return slate;
  };
}

function unknownSurface(name: string, known: readonly string[]): HeedError {
  const near = nearest(name, known);
  return new HeedError(
    "unknown-surface",
    `there is no surface "${name}"`,
    near ? `did you mean "${near}"?` : `the surfaces of heed.config.ts are ${known.join(", ")}`,
  );
}

/** What is kept of the model's part in an answer, so that it can be checked offline. */
function scoringFor(
  { name, model }: ScoredBy,
  past: readonly HistoryEntry[],
  found: readonly Retrieved[],
  shown: readonly { item: string }[],
  context: SourceContext,
): Scoring {
  // A few among some hundreds: a map of them all would cost more than looking.
  const said = (item: string) => found.find((entry) => entry.item === item)?.score ?? null;
  const { fields } = model;
  return {
    name,
    version: model.version,
    position: past.reduce((latest, { position }) => Math.max(latest, position), 0),
    history: historyHash(context.history),
    scores: shown.map(({ item }) => (fields || model.place(item) > 0 ? said(item) : null)),
    ...(fields && {
      rows: shown.map(({ item }) => fieldRow(fields, context, item, context.catalogue.facts(item))),
    }),
  };
}

/** Items of a history, oldest first, as models read them. */
export function itemsOf(past: readonly HistoryEntry[]): string[] {
  const items: string[] = [];
  for (const { item } of past) if (item !== null) items.push(item);
  return items;
}

/** Each model scores the catalogue at most once a request, whoever asks. */
function catalogueScores(parts: Parts, project: string, history: readonly string[]) {
  const asked = new Map<string, Promise<{ model: ServedModel; scores: CatalogueScores | null } | null>>();
  return (name: string) => {
    let answer = asked.get(name);
    if (!answer) {
      answer = parts.models.use(project, name, async (model) =>
        model?.scoreAll ? { model, scores: await model.scoreAll(history) } : null,
      );
      asked.set(name, answer);
    }
    return answer;
  };
}

/** A model that scored an answer, by its name in the configuration. */
interface ScoredBy {
  name: string;
  model: ServedModel;
}

/** Gives what the sources found the surface's score, in the order found, and says who decided. */
async function score(
  parts: Parts,
  surface: Surface,
  { found, fallbacks, reports }: Gathered,
  facts: readonly ItemFacts[],
  context: SourceContext,
): Promise<{ found: Retrieved[]; model: string; by?: ScoredBy | undefined }> {
  const sources = reports
    .filter((report) => report.found > 0 && !report.fallback)
    .map(({ source }) => source);
  const bySources =
    sources.length > 0 ? sources.join("+") : fallbacks[0] ? `fallback:${fallbacks[0]}` : "none";
  if (surface.score.type === "fusion") return { found, model: bySources };
  if (surface.score.type === "popular") {
    const counts = new Map((await context.popular()).map(({ item, score: value }) => [item, value ?? 0]));
    return {
      found: found.map((entry) => ({ ...entry, score: counts.get(entry.item) ?? 0 })),
      model: "popular",
    };
  }
  const { model: name, timeout } = surface.score;
  let by: ScoredBy | undefined;
  const rescored = await rescore(
    found,
    async (items) => {
      const answer = await modelScores(parts, name, context, items, facts);
      if (!answer) return null;
      by = { name, model: answer.model };
      return answer.scores;
    },
    milliseconds(timeout),
  );
  if (rescored.failure !== undefined && !(await hasNoModel(parts, context.project, name)))
    parts.report(
      new HeedError("model", `model "${name}": ${rescored.failure}`, "the sources' order served instead"),
    );
  if (rescored.failure !== undefined) by = undefined;
  return { found: rescored.found, model: by?.model.name ?? bySources, by };
}

function hasNoModel(parts: Parts, project: string, name: string): Promise<boolean> {
  return parts.models.use(project, name, async (model) => model === null);
}

async function modelScores(
  parts: Parts,
  name: string,
  context: SourceContext,
  items: readonly string[],
  facts: readonly ItemFacts[],
): Promise<{ scores: ArrayLike<number>; model: ServedModel } | null> {
  const whole = await context.scoreAll(name);
  if (whole) {
    const { model, scores } = whole;
    return scores && { scores: items.map((item) => scores.at(model.place(item))), model };
  }
  return parts.models.use(context.project, name, async (model) => {
    if (!model?.scoreFields) throw new Error("no version of it is in charge yet");
    return { scores: items.length === 0 ? [] : await model.scoreFields(context, items, facts), model };
  });
}

/** Joins what decisions need to know of each item; evidence only where the policy reads it. */
async function asCandidates(
  { store }: Parts,
  { decide: { policy } }: Surface,
  project: string,
  found: readonly Retrieved[],
  facts: readonly ItemFacts[],
): Promise<Candidate[]> {
  if (policy.type !== "thompson")
    return found.map(({ item, score: value, sources }, i) => ({
      item,
      score: value,
      sources,
      facts: facts[i]!,
    }));
  const counters = await store.online.counters(
    project,
    "item",
    found.map(({ item }) => item),
  );
  return found.map((entry, i) => ({
    ...entry,
    facts: facts[i]!,
    evidence: {
      count: counters[i]!.impression?.count ?? 0,
      total: Math.min(counters[i]!.click?.count ?? 0, counters[i]!.impression?.count ?? 0),
    },
  }));
}

/** The reason for each decided item; what a model suggested is explained by the nearest item of the history. */
async function explain(
  parts: Parts,
  project: string,
  context: SourceContext,
  items: readonly {
    item: string;
    reason: string;
    sources: readonly { source: string; reason?: string | undefined }[];
  }[],
): Promise<string[]> {
  const suggested = items.filter(({ sources }) => sources.every(({ reason }) => reason === undefined));
  if (suggested.length === 0 || context.history.length === 0) return items.map(({ reason }) => reason);
  const names = suggested.map(({ item }) => item);
  const past = await parts.likeness(project, (likeness) =>
    likeness.reasons(context.history.slice(-20), names),
  );
  const because = new Map(names.map((item, i) => [item, past?.[i]]));
  return items.map(({ item, reason }) => {
    const nearestPast = because.get(item);
    return nearestPast === undefined ? reason : reasonOf(context, nearestPast);
  });
}
