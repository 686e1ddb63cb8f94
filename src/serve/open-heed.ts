import { randomBytes, randomUUID } from "node:crypto";
import { HeedError } from "../core/errors.js";
import {
  attributeProblems,
  type Config,
  checkSources,
  defineConfig,
  type Similarity,
} from "../decide/index.js";
import { acceptEvents } from "../events/index.js";
import { type Entity, eraseUser, mergeUser, type Store } from "../store/index.js";
import type { Heed, Item, ScoredItem, User } from "./heed.js";
import { type Catalogue, openCatalogues } from "./runtime/catalogue.js";
import { slateOf } from "./runtime/impression.js";
import { openModels } from "./runtime/models.js";
import { openPopular } from "./runtime/popular.js";
import { rank } from "./runtime/rank.js";
import { type Parts, recommender } from "./runtime/recommend.js";
import { recordEvents } from "./runtime/record.js";
import type { CustomSource } from "./runtime/sources.js";
import { openTails } from "./runtime/tails.js";
import { openTextIndex } from "./runtime/text-index.js";

export interface OpenHeedOptions {
  /** Where everything is kept; `openEmbedded(home)` makes the default one. */
  store: Store;
  /** What `defineConfig` gave; the default has one surface, "home". */
  config?: Config;
  /** Candidate sources of type "custom", by name. */
  sources?: Readonly<Record<string, CustomSource>>;
  /** Similarities of diversity type "custom", by name. */
  similarities?: Readonly<Record<string, Similarity>>;
  /** Signs paging cursors; give the same to every process that serves. Made anew for each process by default. */
  cursorSecret?: Uint8Array;
  /** Milliseconds since 1970; the default is the machine's clock. */
  now?: () => number;
  /** Told what went wrong behind an answer that was given all the same. */
  report?: (problem: Error) => void;
}

/** The models that an open Heed serves by: "main" and the others of its configuration, and "neighbours". */
export const neighboursName = "neighbours";

const builtInSources = ["popular", "latest", "item-to-item", "model", "text"];

/**
 * Opens Heed in process over a store: everything HTTP offers is a method of what it returns. The store stays the caller's:
 * closing Heed finishes the answers under way and closes its models, then the store.
 */
export async function openHeed(options: OpenHeedOptions): Promise<Heed & { refreshModels(): Promise<void> }> {
  const { store, config = defineConfig({}), now = Date.now, report = () => {} } = options;
  const { sources = {}, similarities = {}, cursorSecret = randomBytes(32) } = options;
  checkSources(config, new Set([...builtInSources, ...Object.keys(sources).map((name) => `custom:${name}`)]));
  checkSimilarities(config, similarities);
  const catalogue = openCatalogues(store.online);
  const models = openModels(store.registry, { now, report });
  const popularAll = openPopular(store.log, store.analytics, now);
  const search = openTextIndex(catalogue);
  const projectOf = (given?: { project?: string }) => given?.project ?? "default";

  const similar = (project: string, item: string, limit: number) =>
    models.use(project, neighboursName, async (model) => model?.similar?.(item, limit) ?? []);

  const parts: Parts = {
    store,
    config,
    catalogue,
    popular: popularAll,
    likeness: (project, work) =>
      models.use(project, neighboursName, async (model) => (model?.likeness ? work(model.likeness) : null)),
    search,
    models,
    secret: cursorSecret,
    now,
    sources,
    similarities,
    report,
  };
  const recommend = recommender(parts);
  const tails = openTails();

  async function shown(
    project: string,
    items: readonly ScoredItem[],
    limit: number,
    category?: string,
  ): Promise<ScoredItem[]> {
    const known = await catalogue(project);
    const chosen: ScoredItem[] = [];
    for (const { item, score } of items) {
      if (chosen.length === limit) break;
      const facts = known.facts(item);
      if (facts.hidden || (category !== undefined && !facts.categories?.includes(category))) continue;
      chosen.push({ item, score, ...(facts.title !== undefined && { title: facts.title }) });
    }
    return chosen;
  }

  async function known(project: string, item: string): Promise<void> {
    const items = await catalogue(project);
    if (items.has(item)) return;
    const [counters] = await store.online.counters(project, "item", [item]);
    if (Object.keys(counters ?? {}).length === 0) throw unknownItem(item, items);
  }

  return {
    record: (events, given) =>
      recordEvents(store.log, tails.tell, acceptEvents, events, {
        project: projectOf(given),
        now: now(),
        newId: randomUUID,
      }),

    async putItems(items, given) {
      checkAttributes(config, "item", items);
      await store.online.put(projectOf(given), "item", items.map(entity("item")));
      return items.length;
    },
    async getItem(item, given) {
      const [found] = await store.online.get(projectOf(given), "item", [item]);
      return found ? ({ item, ...found.value } as Item) : null;
    },
    async listItems(given = {}) {
      const { entities, cursor } = await page(store, projectOf(given), "item", given);
      const items = entities.map(({ id, value }) => ({ item: id, ...value }) as Item);
      return { items, ...(cursor !== undefined && { cursor }) };
    },
    deleteItem: async (item, given) => (await store.online.delete(projectOf(given), "item", [item])) > 0,

    async putUsers(users, given) {
      checkAttributes(config, "user", users);
      await store.online.put(projectOf(given), "user", users.map(entity("user")));
      return users.length;
    },
    async getUser(user, given) {
      const project = projectOf(given);
      const person = await store.online.resolve(project, user);
      const [found] = await store.online.get(project, "user", [person]);
      return found ? ({ user: person, ...found.value } as User) : null;
    },
    async listUsers(given = {}) {
      const { entities, cursor } = await page(store, projectOf(given), "user", given);
      const users = entities.map(({ id, value }) => ({ user: id, ...value }) as User);
      return { users, ...(cursor !== undefined && { cursor }) };
    },
    async userEvents(user, given = {}) {
      const { limit = 100, actions } = given;
      const entries = await store.log.find(projectOf(given), { user, limit, ...(actions && { actions }) });
      return entries.map(({ event }) => event);
    },

    recommend: (user, given = {}) => recommend(projectOf(given), user, given),
    async replay(request, given) {
      const project = projectOf(given);
      const items = await catalogue(project);
      const [logged] = await store.log.find(project, { slate: request, actions: ["impression"], limit: 1 });
      return logged ? slateOf(logged.event, (item) => items.facts(item).title) : null;
    },
    async similar(item, given) {
      const project = projectOf(given);
      await known(project, item);
      const { limit = 10 } = given ?? {};
      return shown(project, await similar(project, item, limit + 50), limit);
    },
    async rank(user, items, given) {
      const project = projectOf(given);
      const catalogued = await catalogue(project);
      for (const item of items) if (!catalogued.has(item)) await known(project, item);
      return rank(parts, project, user, items, given?.context ?? {});
    },
    search: (query, given) => search(projectOf(given), query, given?.limit ?? 10),
    async popular(given) {
      const project = projectOf(given);
      return shown(project, await popularAll(project), given?.limit ?? 10, given?.category);
    },
    async latest(given) {
      const project = projectOf(given);
      const newest = (await catalogue(project)).latest().map((item) => ({ item, score: 0 }));
      return shown(project, newest, given?.limit ?? 10, given?.category);
    },
    async recommendSession(items, given) {
      const project = projectOf(given);
      const limit = given?.limit ?? 10;
      const had = new Set(items);
      const offered = await catalogue(project);
      const ranked = await parts.likeness(project, (likeness) =>
        likeness.alike(
          items,
          Math.max(200, limit),
          (list, place) => !had.has(list[place]!) && !offered.factsAt(list, place).hidden,
        ),
      );
      return shown(project, ranked ?? [], limit);
    },

    async merge(anonymous, user, given) {
      await mergeUser(store, projectOf(given), anonymous, user);
    },
    async exportUser(user, given) {
      const project = projectOf(given);
      const person = await store.online.resolve(project, user);
      const [found] = await store.online.get(project, "user", [person]);
      const merged = (await store.log.merges(project)).filter((merge) => merge.user === person);
      const entries = await store.log.find(project, { user: person, limit: 1_000_000 });
      return {
        user: found ? ({ user: person, ...found.value } as User) : null,
        merged: merged.map(({ anonymous }) => anonymous),
        events: entries.map(({ event }) => event),
      };
    },
    async eraseUser(user, given) {
      const erasure = await eraseUser(store, projectOf(given), user);
      return { events: erasure.entries.length };
    },
    tail: tails.listen,
    async refreshModels() {
      const names = [...Object.keys(config.models), neighboursName];
      await Promise.all(names.map((name) => models.refresh("default", name)));
    },
    async close() {
      await models.close();
      await store.close();
    },
  };
}

function entity<Name extends "item" | "user">(name: Name): (given: Record<Name, string>) => Entity {
  return (given) => {
    const { [name]: id, ...value } = given;
    return { id, value: value as Entity["value"] };
  };
}

async function page(
  { online }: Store,
  project: string,
  kind: "item" | "user",
  { limit = 100, cursor }: { limit?: number; cursor?: string },
): Promise<{ entities: Entity[]; cursor?: string }> {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, "base64url").toString("utf8");
  const entities = await online.list(project, kind, { limit, ...(after !== undefined && { after }) });
  const last = entities.at(-1)?.id;
  const next =
    entities.length === limit && last !== undefined ? Buffer.from(last).toString("base64url") : undefined;
  return { entities, ...(next !== undefined && { cursor: next }) };
}

function checkAttributes(config: Config, kind: "item" | "user", entities: readonly (Item | User)[]): void {
  entities.forEach((given, index) => {
    const [problem] = attributeProblems(config, kind, given.attributes ?? {});
    if (!problem) return;
    throw new HeedError(
      "attribute-invalid",
      `${kind}s.${index}.${problem.path}: ${problem.message}`,
      `declare attributes under entities.${kind}.attributes in heed.config.ts, or mend the value`,
    );
  });
}

function checkSimilarities(config: Config, known: Readonly<Record<string, Similarity>>): void {
  for (const [name, { decide }] of Object.entries(config.surfaces)) {
    const { similarity } = decide.diversity;
    if (similarity.type !== "custom" || Object.hasOwn(known, similarity.name)) continue;
    throw new HeedError(
      "similarity-unavailable",
      `surfaces.${name}.decide.diversity.similarity: there is no similarity "${similarity.name}"`,
      `register it: openHeed({ similarities: { ${JSON.stringify(similarity.name)}: (a, b) => ... } })`,
    );
  }
}

function unknownItem(item: string, items: Catalogue): HeedError {
  const names = item.length < 40 ? [...items.items()].slice(0, 10_000).map(([name]) => name) : [];
  const close = names.find((name) => name.toLowerCase() === item.toLowerCase());
  return new HeedError(
    "unknown-item",
    `there is no item "${item}"`,
    close ? `did you mean "${close}"?` : "put it first (PUT /v1/items), or use an id of GET /v1/items",
  );
}
