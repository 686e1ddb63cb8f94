import { HeedError } from "../../src/core/errors.js";
import { type HeedEvent, incomingEventSchema, type Rejection } from "../../src/events/event.js";
import type {
  Attribute,
  Heed,
  Item,
  ModelState,
  RecommendOptions,
  ScoredItem,
  Slate,
  TailFilter,
  User,
} from "../../src/serve/heed.js";

import { memoryInsight } from "./memory-insight.js";

interface Shown {
  slate: Slate;
  user: string;
  /** Items of this answer and of the pages before it. */
  seen: Set<string>;
}

interface Project {
  events: Map<string, HeedEvent>;
  items: Map<string, Item>;
  users: Map<string, User>;
  /** Anonymous id -> the user it became. */
  merged: Map<string, string>;
  erased: Set<string>;
  shown: Map<string, Shown>;
}

export interface MemoryHeed extends Heed {
  /** How often `close` was called. */
  readonly closings: number;
  /** Every kept event of every project. */
  allEvents(): HeedEvent[];
}

/**
 * A second implementation of Heed, in plain maps: slow and obvious. It recommends what most people like and the user has not
 * touched, and finds similar items by the users they share.
 */
export function memoryHeed(now: () => Date = () => new Date()): MemoryHeed {
  const projects = new Map<string, Project>();
  const listeners = new Set<{ hear: (event: HeedEvent) => void; filter: TailFilter }>();
  let lastId = 0;
  let closings = 0;

  function of(options?: { project?: string }): Project {
    const name = options?.project ?? "default";
    const found = projects.get(name);
    if (found) return found;
    const made: Project = {
      events: new Map(),
      items: new Map(),
      users: new Map(),
      merged: new Map(),
      erased: new Set(),
      shown: new Map(),
    };
    projects.set(name, made);
    return made;
  }

  function keep(project: Project, event: HeedEvent): void {
    project.events.set(event.id, event);
    for (const { hear, filter } of listeners) {
      const wanted =
        (filter.project ?? "default") === event.project &&
        (filter.user === undefined || filter.user === event.user) &&
        (!filter.actions || filter.actions.includes(event.action));
      if (wanted) hear(event);
    }
  }

  function slateOf(project: Project, user: string, options: RecommendOptions & { project?: string }): Slate {
    const { surface = "home", limit = 10, offset = 0, cursor } = options;
    const before = cursor === undefined ? undefined : project.shown.get(cursor);
    if (cursor !== undefined && before?.user !== user)
      throw new HeedError(
        "invalid",
        "the cursor is not one of this user's",
        "give the cursor of the last answer",
      );
    const touched = new Set(outcomes(project, user).map(({ item }) => item));
    const seen = new Set([...(before?.seen ?? []), ...(options.exclude ?? [])]);
    const fitting = ranked(project).filter(
      ({ item }) => !touched.has(item) && !seen.has(item) && matches(project.items.get(item), options.filter),
    );
    const request = `request-${++lastId}`;
    const items = fitting.slice(offset, offset + limit).map(({ item, score, title }, i) => ({
      item,
      score,
      position: offset + i + 1,
      propensity: 1,
      reason: score > 0 ? "many people like it" : "nobody has seen it yet",
      ...(title !== undefined && { title }),
    }));
    const slate: Slate = {
      request,
      surface,
      model: "popular",
      items,
      ...(fitting.length > offset + limit && { cursor: request }),
    };
    for (const { item } of items) seen.add(item);
    project.shown.set(request, { slate, user, seen });
    if (items.length > 0)
      keep(project, {
        id: `exposure-${request}`,
        project: options.project ?? "default",
        time: now().toISOString(),
        received: now().toISOString(),
        user,
        action: "impression",
        surface,
        slate: request,
        model: "popular",
        items: items.map(({ item, position, propensity }) => ({ item, position, propensity })),
      });
    return slate;
  }

  return {
    get closings() {
      return closings;
    },
    allEvents: () => [...projects.values()].flatMap(({ events }) => [...events.values()]),

    models: async () => [main],
    retrieval: () => [],
    async train(name) {
      knownModel(name);
      return { finished: Promise.resolve({ compared: [], untried: [], serving: "popular", why: main.why }) };
    },
    async promote(name) {
      knownModel(name);
      return main;
    },
    async rollback(name) {
      knownModel(name);
      return main;
    },

    async record(values, options) {
      const project = of(options);
      const rejected: Rejection[] = [];
      let accepted = 0;
      let duplicates = 0;
      values.forEach((value, index) => {
        const parsed = incomingEventSchema.safeParse(value);
        if (!parsed.success) {
          const issue = parsed.error.issues[0]!;
          rejected.push({ index, path: issue.path.join("."), reason: issue.message });
          return;
        }
        const { id = `event-${++lastId}`, time, ...rest } = parsed.data;
        const user = project.merged.get(rest.user) ?? rest.user;
        if (project.erased.has(user)) rejected.push({ index, path: "user", reason: "this user was erased" });
        else if (project.events.has(id)) duplicates++;
        else {
          accepted++;
          const received = now().toISOString();
          const utc = time === undefined ? received : new Date(time).toISOString();
          keep(project, { ...rest, id, user, time: utc, received, project: options?.project ?? "default" });
        }
      });
      return { accepted, duplicates, rejected };
    },
    async putItems(items, options) {
      for (const item of items) of(options).items.set(item.item, item);
      return items.length;
    },
    getItem: async (item, options) => of(options).items.get(item) ?? null,
    async listItems(options) {
      const { page, cursor } = pageOf([...of(options).items.values()], ({ item }) => item, options);
      return { items: page, ...(cursor !== undefined && { cursor }) };
    },
    deleteItem: async (item, options) => of(options).items.delete(item),
    async putUsers(users, options) {
      for (const user of users) of(options).users.set(user.user, user);
      return users.length;
    },
    async changeUsers(changes, options) {
      const { users } = of(options);
      for (const { user, set, setOnce, unset = [] } of changes) {
        const attributes = { ...setOnce, ...users.get(user)?.attributes, ...set };
        for (const name of unset) delete attributes[name];
        users.set(user, { user, attributes });
      }
    },
    getUser: async (user, options) => of(options).users.get(user) ?? null,
    async listUsers(options) {
      const { page, cursor } = pageOf([...of(options).users.values()], ({ user }) => user, options);
      return { users: page, ...(cursor !== undefined && { cursor }) };
    },
    async userEvents(user, options) {
      const { limit = 1000, actions } = options ?? {};
      return eventsOf(of(options), user)
        .filter(({ action }) => !actions || actions.includes(action))
        .slice(-limit);
    },
    async itemEvents(item, options) {
      const { limit = 1000, actions } = options ?? {};
      return [...of(options).events.values()]
        .filter((event) => event.item === item && (!actions || actions.includes(event.action)))
        .slice(-limit);
    },
    async readEvents(options) {
      const { after = 0, limit = 1000, actions } = options ?? {};
      const all = [...of(options).events.values()];
      const wanted = all
        .map((event, i) => ({ event, position: i + 1 }))
        .filter(({ event, position }) => position > after && (!actions || actions.includes(event.action)));
      const page = wanted.slice(0, limit);
      return {
        events: page.map(({ event }) => event),
        ...(page.length === limit && { next: page.at(-1)!.position }),
        head: all.length,
      };
    },
    recommend: async (user, options) => slateOf(of(options), user, options ?? {}),
    replay: async (request, options) => of(options).shown.get(request)?.slate ?? null,
    async similar(item, options) {
      const project = of(options);
      known(project, [item]);
      const likersOf = likers(project);
      const shared = (other: string) =>
        [...likersOf(other)].filter((user) => likersOf(item).has(user)).length;
      return ranked(project, (other) => (other === item ? 0 : shared(other)))
        .filter(({ score }) => score > 0)
        .slice(0, options?.limit ?? 10);
    },
    async rank(_, items, options) {
      const project = of(options);
      known(project, items);
      return { model: "popular", items: ranked(project).filter(({ item }) => items.includes(item)) };
    },
    async search(query, options) {
      const words = query.toLowerCase().split(/\s+/);
      return ranked(of(options), (_, { title = "" }) =>
        words.reduce((found, word) => found + Number(title.toLowerCase().includes(word)), 0),
      )
        .filter(({ score }) => score > 0)
        .slice(0, options?.limit ?? 10);
    },
    popular: async (options) =>
      inCategory(of(options), ranked(of(options)), options).slice(0, options?.limit ?? 10),
    async latest(options) {
      const newest = ranked(of(options), (_, { time }) => (time === undefined ? 0 : Date.parse(time)));
      return inCategory(of(options), newest, options).slice(0, options?.limit ?? 10);
    },
    async recommendSession(items, options) {
      return ranked(of(options))
        .filter(({ item }) => !items.includes(item))
        .slice(0, options?.limit ?? 10);
    },
    async merge(anonymous, user, options) {
      const project = of(options);
      const owner = project.merged.get(anonymous);
      if ((owner !== undefined && owner !== user) || anonymous === user)
        throw new HeedError(
          "conflict",
          `"${anonymous}" belongs to somebody already`,
          "merge a fresh anonymous id",
        );
      project.merged.set(anonymous, user);
      for (const [id, event] of project.events)
        if (event.user === anonymous) project.events.set(id, { ...event, user });
    },
    async exportUser(user, options) {
      const project = of(options);
      return {
        user: project.users.get(user) ?? null,
        merged: [...project.merged].flatMap(([anonymous, owner]) => (owner === user ? [anonymous] : [])),
        events: eventsOf(project, user),
      };
    },
    async eraseUser(user, options) {
      const project = of(options);
      const events = eventsOf(project, user);
      for (const { id } of events) project.events.delete(id);
      for (const [request, shown] of project.shown) if (shown.user === user) project.shown.delete(request);
      project.users.delete(user);
      project.erased.add(user);
      return { events: events.length };
    },
    tail(hear, filter = {}) {
      const listener = { hear, filter };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    insight: memoryInsight((project) => {
      const { events, items } = of(project === undefined ? undefined : { project });
      return { events: [...events.values()], items: [...items.values()] };
    }),
    async close() {
      closings++;
    },
  };
}

function eventsOf(project: Project, user: string): HeedEvent[] {
  return [...project.events.values()].filter((event) => event.user === user);
}

function outcomes(project: Project, user: string): { item: string }[] {
  return eventsOf(project, user).flatMap(({ item }) => (item === undefined ? [] : [{ item }]));
}

/** Who touched each item. */
function likers(project: Project): (item: string) => ReadonlySet<string> {
  const users = new Map<string, Set<string>>();
  for (const { item, user } of project.events.values()) {
    if (item === undefined) continue;
    if (!users.has(item)) users.set(item, new Set());
    users.get(item)!.add(user);
  }
  const nobody: ReadonlySet<string> = new Set();
  return (item) => users.get(item) ?? nobody;
}

/** It counts afresh for every answer, so that there is nothing to train. */
const main: ModelState = {
  name: "main",
  recipe: "popular",
  serving: { model: "popular", version: 1, created: "2026-01-01T00:00:00.000Z" },
  training: "idle",
  compared: [],
  untried: [],
  complete: true,
  retrieval: null,
  why: "popular serves: it is all there is",
  versions: [{ version: 1, model: "popular", created: "2026-01-01T00:00:00.000Z", serving: true }],
};

function knownModel(name: string): void {
  if (name !== "main") throw new HeedError("unknown-model", `there is no model "${name}"`, "it is main");
}

/** Every item that may be shown, the highest score first; by default the score is how many people touched it. */
function ranked(project: Project, score?: (id: string, item: Item) => number): ScoredItem[] {
  const likersOf = likers(project);
  return [...project.items]
    .filter(([, item]) => !item.hidden)
    .map(([id, item]) => ({ item: id, score: score?.(id, item) ?? likersOf(id).size, title: item.title }))
    .map(({ title, ...rest }) => (title === undefined ? rest : { ...rest, title }))
    .sort((a, b) => b.score - a.score || (a.item < b.item ? -1 : 1));
}

function inCategory(project: Project, items: ScoredItem[], options?: { category?: string }): ScoredItem[] {
  const category = options?.category;
  if (category === undefined) return items;
  return items.filter(({ item }) => project.items.get(item)?.categories?.includes(category));
}

function known(project: Project, items: readonly string[]): void {
  const unknown = items.find((item) => !project.items.has(item));
  if (unknown !== undefined)
    throw new HeedError("unknown-item", `there is no item "${unknown}"`, "add it: PUT /v1/items");
}

function matches(item: Item | undefined, filter: RecommendOptions["filter"] = {}): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    const attributes = item?.attributes ?? {};
    const own: Attribute | undefined = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const value = name === "categories" ? item?.categories : own;
    const options: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    return (Array.isArray(value) ? value : [value]).some((one) => options.includes(one));
  });
}

function pageOf<T>(
  all: readonly T[],
  name: (one: T) => string,
  { limit = 100, cursor = "" }: { limit?: number; cursor?: string } = {},
): { page: T[]; cursor?: string } {
  const rest = all.filter((one) => name(one) > cursor).sort((a, b) => (name(a) < name(b) ? -1 : 1));
  const page = rest.slice(0, limit);
  return rest.length > limit ? { page, cursor: name(page.at(-1)!) } : { page };
}
