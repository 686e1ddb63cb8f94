import { randomBytes, randomUUID } from "node:crypto";
import { HeedError } from "../core/errors.js";
import { type Config, checkSources, defineConfig, type Similarity } from "../decide/index.js";
import { acceptEvents } from "../events/index.js";
import { eraseUser, mergeUser, type Store } from "../store/index.js";
import type { Heed, Item, ScoredItem, User } from "./heed.js";
import { openCatalogues } from "./runtime/catalogue.js";
import { type Attributes, changed, checkAttributes, entity, page } from "./runtime/entities.js";
import { forgetInBundles } from "./runtime/forget.js";
import { slateOf } from "./runtime/impression.js";
import { openInsight, rememberProblems } from "./runtime/insight/index.js";
import { openModels } from "./runtime/models.js";
import { openPeople } from "./runtime/people.js";
import { openPopular } from "./runtime/popular.js";
import { rank } from "./runtime/rank.js";
import { readEvents } from "./runtime/read-events.js";
import { type Parts, recommender } from "./runtime/recommend.js";
import { recordEvents } from "./runtime/record.js";
import { bestOfSession } from "./runtime/session.js";
import type { CustomSource } from "./runtime/sources.js";
import { openTails } from "./runtime/tails.js";
import { openTextIndex } from "./runtime/text-index.js";
import { unknownItem } from "./runtime/unknown-item.js";
import { neighboursName } from "./training/retrain.js";
import { keepTrained } from "./training/schedule.js";
import { openTrainer } from "./training/trainer.js";

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
  /** Trains the models of these projects as often as the configuration says; without it only `train` does. */
  keepTrained?: () => readonly string[];
}

const builtInSources = ["popular", "latest", "item-to-item", "model", "embedding", "text"];

/**
 * Opens Heed in process over a store: everything HTTP offers is a method of what it returns. The store stays the caller's:
 * closing Heed finishes the answers under way and closes its models, then the store.
 */
export async function openHeed(options: OpenHeedOptions): Promise<Heed> {
  const { store, config = defineConfig({}), now = Date.now } = options;
  const problems = rememberProblems(now);
  const report = (problem: Error) => {
    problems.add(problem);
    options.report?.(problem);
  };
  const { sources = {}, similarities = {}, cursorSecret = randomBytes(32) } = options;
  checkSources(config, new Set([...builtInSources, ...Object.keys(sources).map((name) => `custom:${name}`)]));
  checkSimilarities(config, similarities);
  const catalogue = openCatalogues(store.online);
  const models = openModels(store.registry, {
    now,
    report,
    retrieval: (name) => config.models[name]?.retrieval,
  });
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
  const people = openPeople(store.online);
  const trainer = openTrainer({ store, models, config });
  const endSchedule = options.keepTrained
    ? keepTrained(
        { trainer, registry: store.registry, config },
        { projects: options.keepTrained, now, report },
      )
    : () => {};

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

  // A request that had to wait for a model to be opened would be answered without it.
  await Promise.all(
    [...Object.keys(config.models), neighboursName].map((name) => models.refresh("default", name)),
  );

  return {
    record: (events, given) =>
      recordEvents(store.log, tails.tell, acceptEvents, events, {
        project: projectOf(given),
        now: now(),
        newId: randomUUID,
        ...(given?.sent !== undefined && { sent: given.sent }),
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
      const edits = users.map(({ user, attributes }) => ({ user, edit: () => attributes }));
      await people.edit(projectOf(given), edits);
      return users.length;
    },
    async changeUsers(changes, given) {
      const edits = changes.map(({ user, ...change }) => ({
        user,
        edit: (before: Attributes) => changed(config, before, change),
      }));
      await people.edit(projectOf(given), edits);
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
    async itemEvents(item, given = {}) {
      const { limit = 100, actions } = given;
      const entries = await store.log.find(projectOf(given), { item, limit, ...(actions && { actions }) });
      return entries.map(({ event }) => event);
    },

    readEvents: (given = {}) => readEvents(store, projectOf(given), given),

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
      for (const item of items) await known(project, item);
      const limit = given?.limit ?? 10;
      return shown(project, await bestOfSession(parts, project, items, limit), limit);
    },

    async merge(anonymous, user, given) {
      await mergeUser(store, projectOf(given), anonymous, user).catch((cause) => {
        if (!(cause instanceof HeedError && cause.code === "merge")) throw cause;
        const [what = "this cannot be merged"] = cause.message.split("\n", 1);
        throw new HeedError("conflict", what, cause.remedy, { cause });
      });
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
      const project = projectOf(given);
      const erasure = await people.alone(project, () => eraseUser(store, project, user));
      await forgetInBundles(store.registry, models, project, erasure.users);
      return { events: erasure.entries.length };
    },
    retrieval: () => models.retrieval(),
    models: (given) => trainer.states(projectOf(given)),
    train: (name, given = {}) => trainer.train(projectOf(given), name, given),
    promote: (name, version, given) => trainer.promote(projectOf(given), name, version),
    rollback: (name, given) => trainer.rollback(projectOf(given), name),
    tail: tails.listen,
    insight: openInsight({
      analytics: store.analytics,
      config,
      catalogue,
      models: trainer.states,
      reported: problems.list,
      now,
    }),
    async close() {
      endSchedule();
      await trainer.close();
      await models.close();
      await store.close();
    },
  };
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
